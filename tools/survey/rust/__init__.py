"""Understand Rust code bases: Cargo packages and workspaces, their programs, servers, routes, what is read from the environment."""
