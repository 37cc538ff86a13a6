import { makeBucket } from '../contract/s3-contract.ts'
import { tellStories } from '../simulation/tell-stories.ts'
import { useStore } from './use.ts'

const { title } = useStore()
tellStories(title, 20, makeBucket)
