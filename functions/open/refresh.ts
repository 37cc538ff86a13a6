/**
 * The status page's only script: fetches the page again and puts the new content in, so that what was opened and where the
 * reader stood stay as they were. Without scripts the page reloads itself. Its hash stands in the page's policy.
 */
export const refreshEverySeconds = 15

export const refreshScript = `(()=>{
const offline=document.getElementById('offline')
const load=async()=>{
if(document.hidden)return
try{
const answer=await fetch(location.href,{cache:'no-store'})
if(!answer.ok)throw new Error(String(answer.status))
const fresh=new DOMParser().parseFromString(await answer.text(),'text/html')
const open=new Map([...document.querySelectorAll('details[id]')].map(one=>[one.id,one.open]))
for(const one of fresh.querySelectorAll('details[id]'))if(open.has(one.id))one.open=open.get(one.id)
for(const id of ['summary','updated','content'])document.getElementById(id).replaceWith(fresh.getElementById(id))
document.title=fresh.title
offline.hidden=true
}catch{offline.hidden=false}
}
setInterval(load,${refreshEverySeconds * 1000})
document.addEventListener('visibilitychange',load)
})()`
