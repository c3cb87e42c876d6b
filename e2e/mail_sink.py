"""An SMTP server that keeps what it gets: prints its port, then each mail as a line of JSON."""

import asyncio
import email
import email.policy
import json

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class Keep:
    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        told = {
            "from": str(message["from"]),
            "to": envelope.rcpt_tos,
            "subject": str(message["subject"]),
            "text": message.get_body(("plain",)).get_content(),
            "html": message.get_body(("html",)).get_content(),
            "user": session.auth_data.login.decode() if session.auth_data else None,
        }
        print(json.dumps(told), flush=True)
        return "250 kept"


def known(server, session, envelope, mechanism, data):
    is_known = isinstance(data, LoginPassword) and data == LoginPassword(b"radix", b"open sesame")
    return AuthResult(success=is_known, auth_data=data if is_known else None)


async def serve():
    def connection():
        return SMTP(Keep(), authenticator=known, auth_required=True, auth_require_tls=False)

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


asyncio.run(serve())
