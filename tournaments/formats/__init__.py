"""The rules of tournaments, pure: no database, no clock, no sockets. `engine.fold(format, log)` is the way in."""
