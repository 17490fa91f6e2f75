"""The exhibition: bots that are ordinary clients of a running server play a tournament, to show it and to test it.

Nothing in here touches this machine's database: all it knows it is told over HTTP and sockets (docs/protocol.md).
"""
