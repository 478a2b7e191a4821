"""Trains a small model and registers it with whatever MLflow client this runs in: log_model.py NAME."""

import sys

import mlflow
import sklearn
from mlflow.models import infer_signature
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

frame, target = load_iris(return_X_y=True, as_frame=True)
model = LogisticRegression(C=0.5, max_iter=500).fit(frame, target)
with mlflow.start_run(run_name="logged elsewhere"):
    mlflow.log_param("C", 0.5)
    mlflow.log_metric("accuracy", float(model.score(frame, target)))
    mlflow.sklearn.log_model(
        model,
        "model",
        signature=infer_signature(frame, model.predict(frame)),
        input_example=frame.head(2),
        registered_model_name=sys.argv[1],
        pip_requirements=[f"mlflow=={mlflow.__version__}", f"scikit-learn=={sklearn.__version__}"],
    )
