"""The emulated pair as SSH clients see it: the only part of the emulator with sockets."""
