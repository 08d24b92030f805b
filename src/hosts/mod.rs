//! The only input and output: disk, Git, clock, terminal, sockets.
