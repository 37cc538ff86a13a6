"""A real pseudo-terminal for a program: terminal.py COLUMNS ROWS PROGRAM [ARGUMENT...]

Standard input takes a JSON object a line: {"type": "q"}, {"size": [columns, rows]}, {"signal": "TERM"}.
Standard output is what the program wrote, byte by byte. At its end a JSON object on standard error says how it ended
and how it left the terminal.
"""
import fcntl, json, os, pty, select, signal, struct, sys, termios


def resize(terminal, columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def act(order, terminal, pid):
    if "type" in order:
        os.write(terminal, order["type"].encode())
    if "size" in order:
        resize(terminal, *order["size"])
    if "signal" in order:
        os.kill(pid, getattr(signal, "SIG" + order["signal"]))


columns, rows, *command = sys.argv[1:]
# Our own end of the terminal stays open, so that its modes can be read when the program has ended.
terminal, inside = pty.openpty()
resize(terminal, int(columns), int(rows))
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(inside, termios.TIOCSCTTY, 0)
    for stream in (0, 1, 2):
        os.dup2(inside, stream)
    os.closerange(3, 256)
    os.execvp(command[0], command)

orders = b""
status = None
listening = [terminal, 0]
while True:
    readable, _, _ = select.select(listening, [], [], 0.05)
    if terminal in readable:
        os.write(1, os.read(terminal, 65536))
    elif status is not None:
        break
    if 0 in readable:
        typed = os.read(0, 65536)
        if typed == b"":
            # Whoever started us is gone.
            listening = [terminal]
            os.kill(pid, signal.SIGKILL)
        *lines, orders = (orders + typed).split(b"\n")
        for line in lines:
            act(json.loads(line), terminal, pid)
    if status is None:
        ended, code = os.waitpid(pid, os.WNOHANG)
        status = os.waitstatus_to_exitcode(code) if ended == pid else None

modes = termios.tcgetattr(inside)[3]
left = {"status": status, "echo": bool(modes & termios.ECHO), "lines": bool(modes & termios.ICANON)}
sys.stderr.write(json.dumps(left))
