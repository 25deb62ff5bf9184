"""Understand Elixir code bases: mix projects, Phoenix and Plug, configuration, Ecto, what is read from the environment."""
