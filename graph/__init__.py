"""Drive the run: the only floor that knows LangGraph. `build` declares the graph, `run` carries a run through it."""
