"""The rules of Pong as pure functions of whole numbers: no clock, no I/O, no float, no randomness but a seed.

Units everywhere: time in whole milliseconds since the match's start, length in milli-pixels (mpx, 1 px = 1000 mpx),
speed in mpx/ms (= px/s). Sides: 0 is left, 1 is right. Each product stays below 2^53, so that the twin in JavaScript
(`game/static/game/pong/`) is exact.

Imports go down only: whole < court < paddle, ball < rally < replay, bot.
"""
