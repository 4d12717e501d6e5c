"""Counts the bytes of connections that go through it, both ways."""
import socket
import threading


class CountingProxy:
    """Passes connections from one loopback port to another."""

    def __init__(self, port, target):
        self.target, self.bytes = target, 0
        self.lock = threading.Lock()
        self.server = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.server.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.target))
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source, sink):
        try:
            while data := source.recv(1 << 18):
                with self.lock:
                    self.bytes += len(data)
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        # Closing alone leaves the port taken for as long as a thread waits for the next connection.
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
