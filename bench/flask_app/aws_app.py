"""The peer of `make bench` on S3 and DynamoDB: the same job in Flask and boto3, a picture put into a bucket, then a
counter raised and an item written.

Written as their documentation teaches. Not here: anything live, undo, batching, or a check that the picture reads back.
"""

import io
import os
import uuid

import boto3
import qrcode
from flask import Flask, jsonify, request

BUCKET = os.environ["PEER_BUCKET"]
TABLE = os.environ["PEER_TABLE"]

app = Flask(__name__)
clients = {}


def client(service):
    """One client per worker process, created after gunicorn's fork."""
    if service not in clients:
        clients[service] = boto3.client(service)
    return clients[service]


@app.post("/codes")
def save():
    draft = request.get_json()
    picture = io.BytesIO()
    qrcode.make(draft["text"]).save(picture)
    content = picture.getvalue()
    file = f"peer/{uuid.uuid4()}.png"
    client("s3").put_object(Bucket=BUCKET, Key=file, Body=content, ContentType="image/png")
    counter = client("dynamodb").update_item(
        TableName=TABLE,
        Key={"pk": {"S": "peer"}, "sk": {"S": "counter"}},
        UpdateExpression="ADD last_id :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
        ReturnValues="UPDATED_NEW",
    )
    number = counter["Attributes"]["last_id"]["N"]
    client("dynamodb").put_item(
        TableName=TABLE,
        Item={
            "pk": {"S": "peer"},
            "sk": {"S": number},
            "ID": {"N": number},
            "Value": {"S": draft["text"]},
            "name": {"S": draft["name"]},
            "file": {"S": file},
            "size_bytes": {"N": str(len(content))},
        },
    )
    return jsonify(id=int(number)), 201
