"""A plain web application that knows nothing of Jupyter: a page, an echo of what is sent, a WebSocket."""

import json
import sys

from tornado.ioloop import IOLoop
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketHandler


class Page(RequestHandler):
    def get(self):
        self.set_header("set-cookie", "colour=blue; Path=/")
        self.write(json.dumps({"path": self.request.uri, "headers": dict(self.request.headers.get_all())}))

    def post(self):
        self.write(self.request.body)


class Stream(RequestHandler):
    async def get(self):
        for count in range(3):
            self.write(f"part {count}\n")
            await self.flush()


class Echo(WebSocketHandler):
    def check_origin(self, origin):
        return True

    def on_message(self, message):
        self.write_message(message, binary=isinstance(message, bytes))


app = Application([("/echo", Echo), ("/stream", Stream), ("/.*", Page)])
app.listen(int(sys.argv[1]), "127.0.0.1")
IOLoop.current().start()
