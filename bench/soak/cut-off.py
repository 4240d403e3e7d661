# Clients whose machine is off the network: takes the port and what each client says as one line of
# JSON, opens the connections, and then lets the kernel drop every packet that comes for them, before
# it could be acknowledged (SO_ATTACH_FILTER with a filter that keeps nothing: no privilege needed).
import json
import socket
import struct
import sys
import ctypes

SO_ATTACH_FILTER = 26
RETURN_NOTHING = struct.pack("HBBI", 0x06, 0, 0, 0)  # BPF_RET | BPF_K, 0 bytes
PATIENCE = 30
# A masked binary frame of 64 KiB (RFC 6455 section 5.2); the mask is zeros.
MESSAGE = struct.pack(">BBQI", 0x82, 0xFF, 0x10000, 0) + bytes(0x10000)


def cut_off(connection):
    program = ctypes.create_string_buffer(RETURN_NOTHING)
    fprog = struct.pack("HP", 1, ctypes.addressof(program))
    connection.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, fprog)


def flood(connection, messages):
    """Says more than the buffers on the way take, and reads nothing of what comes back."""
    connection.settimeout(0.5)
    try:
        for _ in range(messages):
            connection.sendall(MESSAGE)
    except TimeoutError:
        pass


def client(port, order):
    connection = socket.create_connection(("127.0.0.1", port), PATIENCE)
    connection.sendall(order["says"].encode("latin-1"))
    if order["awaits"]:
        answer = connection.recv(1024)
        if order["awaits"] not in answer.decode("latin-1"):
            raise ValueError(f"answered {answer!r}")
    flood(connection, order["messages"])
    return connection


order = json.loads(sys.stdin.readline())
connections = [client(order["port"], one) for one in order["clients"]]
for one in connections:
    cut_off(one)
print("gone", flush=True)
sys.stdin.read()
