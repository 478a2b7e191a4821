"""Predicts with MLflow itself, to compare with: predict.py MODEL_URI < scoring body > {"predictions": …}."""

import json
import sys

import mlflow
from mlflow.pyfunc.scoring_server import infer_and_parse_data, predictions_to_json

model = mlflow.pyfunc.load_model(sys.argv[1])
body = json.load(sys.stdin)
schema = model.metadata.get_input_schema()
data = infer_and_parse_data(body, schema)
predictions_to_json(model.predict(data), sys.stdout)
