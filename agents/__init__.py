"""Hold the heads: analyst, clarifier, architect, eleven planners, critic, editor; they reach files and sockets only through tools."""
