"""The worker: loads one MLflow model and predicts for the gateway.

It runs inside the model's own environment, so it needs nothing but MLflow, what MLflow brings, and the standard library.
`__main__.py` starts it: `process.py` binds its life to the data plane, `loading.py` loads the model, `smoke_test.py` finds a
body to try it with. A frame of requests then goes this way, all on one thread:

    server.py, frames.py      reads it from a Unix socket, and writes the answers
    predictor.py              what is predicted together, what alone; `batching.py`, `row_wise.py` say whether and why
    questions.py              reads the requests of each protocol
    compiled.py, columns.py,  read the ordinary ones without MLflow; `proof.py` holds that against MLflow
    tensors.py
    served_model.py           calls the model: behind enforcement (`entry.py`), or all through MLflow (`scoring.py`)
    encode.py                 writes the predictions as MLflow does

`template.py` is another program: it imports what models import (`preload.py`) and forks replicas, which `forked.py` makes
processes of their own before they go the way above; `import_lists.py` tells what is worth importing there.

`caller.py` is for the code of models: who sent the request.
It never listens on a network, never retries a request that was answered, and never sends a stack trace to a caller.
"""
