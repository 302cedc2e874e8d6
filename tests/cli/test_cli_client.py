from __future__ import annotations

import io
import socket
import threading
from contextlib import closing, contextmanager, suppress

import pytest
from vaas_cli.address import Target
from vaas_cli.client import CHUNK, Client
from vaas_cli.errors import CutOff, NotAPlatform, NotLoggedIn, Refused, Unreachable

from tests.cli.fake_platform import Answer, problem


@pytest.fixture
def client(api):
    client = Client(Target(api.url, "vaas_aa_secret"))
    yield client
    client.close()


@contextmanager
def wire(*replies: bytes):
    """A server that says exactly these bytes to one connection after another, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for reply in replies:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(reply)

        thread = threading.Thread(target=serve)
        thread.start()
        with closing(Client(Target(f"http://127.0.0.1:{listener.getsockname()[1]}", "token"))) as client:
            yield client
        thread.join()


def test_the_token_goes_with_every_request(api, client):
    api.on("GET", "/whoami", {"id": "aa"})
    assert client.get("whoami") == {"id": "aa"}
    assert api.seen[0].headers["authorization"] == "Bearer vaas_aa_secret"


def test_a_name_with_odd_signs_stays_one_part_of_the_path(api, client):
    api.on("GET", "/apps/a%2Fb%3Fc%20%C3%A9", {})
    client.get("apps", "a/b?c é")
    assert api.seen[0].query == {}


def test_a_query_leaves_out_what_is_not_given(api, client):
    api.on("GET", "/apps/a/logs", [])
    client.get("apps", "a", "logs", since=None, follow=True, limit=0)
    assert api.seen[0].query == {"follow": "true", "limit": "0"}


def test_a_wait_is_asked_for(api, client):
    api.on("GET", "/apps/a/releases/1", {})
    client.get("apps", "a", "releases", 1, wait=30.0)
    assert api.seen[0].query == {"wait": "30.0"}


def test_an_answer_without_a_body_is_none(api, client):
    api.on("DELETE", "/apps/shop", None, status=204)
    assert client.send("DELETE", "apps", "shop") is None


def test_a_problem_becomes_an_error_that_says_its_detail(api, client):
    api.refuse("GET", "/apps/shp", 404, "There is no app shp here (did you mean shop?)", code="app-not-found")
    with pytest.raises(Refused, match="did you mean shop") as caught:
        client.get("apps", "shp")
    assert caught.value.status == 404
    assert caught.value.problem["code"] == "app-not-found"


def test_braces_in_a_detail_are_left_alone(api, client):
    api.refuse("GET", "/apps/shop", 422, 'such as {"a": 1}')
    with pytest.raises(Refused, match="such as"):
        client.get("apps", "shop")


def test_without_a_token_401_says_how_to_log_in(api):
    api.refuse("GET", "/whoami", 401, "This needs a token")
    with closing(Client(Target(api.url, None))) as client, pytest.raises(NotLoggedIn, match=f"vaas login {api.url}"):
        client.get("whoami")


def test_with_a_token_401_says_what_the_platform_says(api, client):
    api.refuse("GET", "/whoami", 401, 'The token "ci" was revoked')
    with pytest.raises(Refused, match="was revoked"):
        client.get("whoami")


def test_a_port_without_a_platform_names_the_address_and_both_remedies():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable) as caught:
        Client(Target(f"http://127.0.0.1:{port}", None)).get("whoami")
    message = str(caught.value)
    assert all(each in message for each in (f"127.0.0.1:{port}", "refused", "`vaas platform`", "VAAS_PLATFORM"))


def test_a_host_that_does_not_exist_is_not_reachable():
    with pytest.raises(Unreachable, match=r"nowhere\.invalid"):
        Client(Target("http://nowhere.invalid", None)).get("whoami")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(raw=b"<html>hello</html>"), "did not answer with JSON"),
        (Answer(raw=b"<html>no</html>", status=404), "did not answer with JSON"),
        (Answer(["no"], status=500), "without a problem document"),
        (Answer(status=301, headers={"Location": "https://elsewhere.example.com"}), "elsewhere.example.com"),
        (Answer(raw=b'{"id": "\xff"}'), "did not answer with JSON"),
    ],
)
def test_what_is_no_console_is_told_apart(api, client, answer, why):
    api.on("GET", "/whoami", answer)
    with pytest.raises(NotAPlatform, match=why):
        client.get("whoami")


def test_what_does_not_speak_http_is_an_error_that_names_the_address():
    with wire(b"SSH-2.0-OpenSSH_9.2\r\n") as client, pytest.raises(CutOff, match=client.url):
        client.get("whoami")


def test_a_connection_that_ends_in_the_middle_of_an_answer_is_an_error():
    with wire(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{") as client, pytest.raises(CutOff):
        client.get("whoami")


def test_a_kept_connection_that_the_platform_closed_meanwhile_is_opened_again(api, client):
    # It keeps quiet about closing, as a server does whose idle time is over.
    api.on("GET", "/whoami", Answer({"id": "aa"}, headers={"X-Quiet": "1"}))
    api.on("POST", "/tokens", {"id": "bb"})
    client.get("whoami")
    assert client._connection is not None
    client._connection.sock.shutdown(socket.SHUT_RDWR)
    assert client.send("POST", "tokens", body={}) == {"id": "bb"}


def test_requests_share_one_connection(api, client):
    api.on("GET", "/whoami", {"id": "aa"})
    client.get("whoami")
    first = client._connection
    client.get("whoami")
    assert client._connection is first


def test_a_bundle_arrives_whole_and_its_progress_is_told(api, client):
    data = bytes(range(256)) * (CHUNK // 256) * 2 + b"rest"
    api.on("PUT", "/bundles/abc", {"digest": "abc"}, status=201)
    told: list[int] = []
    client.upload(io.BytesIO(data), len(data), "bundles", "abc", sent=told.append)
    assert api.seen[0].body == data
    assert api.seen[0].headers["content-length"] == str(len(data))
    assert told == [CHUNK, 2 * CHUNK, len(data)]


def test_an_empty_bundle_is_sent_as_one(api, client):
    api.on("PUT", "/bundles/abc", problem(422, "not a zip"))
    with pytest.raises(Refused, match="not a zip"):
        client.upload(io.BytesIO(), 0, "bundles", "abc")


def test_a_refusal_that_comes_before_all_of_a_bundle_is_sent_is_read():
    body = b'{"detail": "The bundle is larger than the limit"}'
    reply = b"HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    with wire(reply) as client, pytest.raises(Refused, match="larger than the limit"):
        client.upload(io.BytesIO(bytes(64 * CHUNK)), 64 * CHUNK, "bundles", "abc")


def test_lines_come_one_by_one_and_blank_ones_are_passed_over(api, client):
    api.on("GET", "/apps/a/logs", Answer(raw=b'{"text": "one"}\n\n{"text": "two"}\n'))
    assert [each["text"] for each in client.lines("apps", "a", "logs")] == ["one", "two"]


def test_lines_can_be_read_before_the_last_has_been_sent():
    more = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(
                    b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n{"text":1}\r\n1\r\n\n\r\n'
                )
                assert more.wait(5)
                connection.sendall(b'b\r\n{"text":2}\n\r\n0\r\n\r\n')

        thread = threading.Thread(target=serve)
        thread.start()
        lines = Client(Target(f"http://127.0.0.1:{listener.getsockname()[1]}", None)).lines("apps", "a", "logs")
        assert next(lines) == {"text": 1}
        more.set()
        assert next(lines) == {"text": 2}
        assert list(lines) == []
        thread.join()


def test_a_stream_of_lines_that_breaks_is_an_error():
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with wire(head + b'b\r\n{"text":1}\n\r\nff\r\n{"te') as client:
        lines = client.lines("apps", "a", "logs")
        assert next(lines) == {"text": 1}
        with pytest.raises(CutOff):
            next(lines)


@pytest.mark.parametrize("head", [b"Transfer-Encoding: chunked", b"Connection: close"])
def test_a_read_that_waits_can_be_interrupted_by_another_thread(head):
    connected = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n")
                connected.set()
                connection.recv(1)

        client = Client(Target(f"http://127.0.0.1:{listener.getsockname()[1]}", None))

        def read() -> None:
            with suppress(CutOff):
                list(client.lines("apps", "a", "logs"))

        threads = [threading.Thread(target=serve), threading.Thread(target=read)]
        for thread in threads:
            thread.start()
        assert connected.wait(5)
        client.interrupt()
        for thread in threads:
            thread.join(5)
            assert not thread.is_alive()
