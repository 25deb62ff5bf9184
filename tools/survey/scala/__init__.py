"""Understand Scala code bases: sbt builds, their servers, HOCON settings, what is read from the environment."""
