"""Predicts with MLflow itself, to compare with: predict.py < [{modelUri, body}] > [{"predictions": …}]."""

import io
import json
import sys

import mlflow
from mlflow.pyfunc.scoring_server import infer_and_parse_data, predictions_to_json

answers = []
for request in json.load(sys.stdin):
    model = mlflow.pyfunc.load_model(request["modelUri"])
    data = infer_and_parse_data(request["body"], model.metadata.get_input_schema())
    answer = io.StringIO()
    predictions_to_json(model.predict(data), answer)
    answers.append(json.loads(answer.getvalue()))
json.dump(answers, sys.stdout)
