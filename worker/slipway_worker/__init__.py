"""The worker: loads one MLflow model and predicts for the gateway.

It runs inside the model's own environment, so it needs nothing but MLflow and the standard library. `__main__.py` starts
it: `process.py` binds its life to the data plane, `loading.py` loads the model, `smoke_test.py` finds a body to try it
with, `server.py` reads frames from a Unix socket, `scoring.py` lets MLflow's own code parse, enforce and encode.
`caller.py` is for the code of models: who sent the request.
It never listens on a network, never retries, and never sends a stack trace to a caller.
"""
