"""Understand Clojure code bases: Leiningen and tools.deps projects, Ring servers, what is read from the environment."""
