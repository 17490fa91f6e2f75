"""The exhibition: bots that are ordinary clients of a running server play a tournament, as a demonstration and as a test.

Nothing in here touches this machine's database: all it knows it is told over HTTP and sockets (docs/protocol.md).
"""
