"""Stands in for the coding screen: speaks its packets, shows what it hears, and does what some words say."""

import json
import os
import sys
import time

FILE = "Ärzte & 'Pflege'.csv"


def packet(kind: bytes, content: bytes) -> None:
    sys.stdout.buffer.write(kind + len(content).to_bytes(4, "big") + content)
    sys.stdout.buffer.flush()


def draw(text: str) -> None:
    packet(b"D", text.encode())


def heard() -> tuple[bytes, bytes]:
    head = sys.stdin.buffer.read(5)
    if len(head) < 5:
        sys.exit(0)
    return head[:1], sys.stdin.buffer.read(int.from_bytes(head[1:], "big"))


def main() -> None:
    sys.stdout.buffer.write(b"some library's greeting\n__GANGLION__\n")
    pieces = [b"P1,good\n", b""]
    draw(f"begun {os.environ['COLUMNS']}x{os.environ['ROWS']} pid={os.getpid()}")
    while True:
        kind, content = heard()
        if kind == b"D":
            word = content.decode()
            if word == "offer":
                packet(b"M", json.dumps({"type": "deliver_file_start", "key": "k1", "path": f"/tmp/{FILE}"}).encode())
            elif word == "crash":
                sys.exit(3)
            elif word == "refuse":
                packet(b"M", json.dumps({"type": "failed", "message": "No such project. Look again."}).encode())
                sys.exit(1)
            elif word == "flood":
                for _ in range(200):
                    draw("x" + os.urandom(50_000).hex())  # nothing that can be made smaller on the way
                draw("flooded")
            elif word == "hang":
                draw("hanging")
                time.sleep(3600)
            else:
                draw(f"typed {word!r}")
            continue
        fact = json.loads(content)
        if fact["type"] == "quit":
            packet(b"M", json.dumps({"type": "exit"}).encode())
            return
        if fact["type"] == "deliver_chunk_request":
            piece = pieces.pop(0)
            # The web driver's own encoding of ("deliver_chunk", key, piece).
            packet(b"P", b"ts13:deliver_chunks2:k1%d:%se" % (len(piece), piece))
        else:
            draw(f"told {json.dumps(fact, sort_keys=True)}")


if __name__ == "__main__":
    main()
