#!/usr/bin/env bash
# `make test-aws`: the suites of the S3 and DynamoDB adapters in a real account of AWS, each test with a bucket, a queue
# and a table of its own, billed as AWS bills them. It takes the credentials and the region of the environment (AWS_PROFILE,
# AWS_REGION …), which must allow what `deploy/aws/iam-policy.json` says and to make and delete all three.
#   QRATE_TEST_AWS_PREFIX   how every name begins: 1 to 36 small letters, digits and hyphens. At the end, also after a
#                           failure, all is deleted whose name is this prefix, a hyphen and a mark of 26 characters.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${QRATE_TEST_AWS_PREFIX:-}" ]; then
    echo 'test-aws: set QRATE_TEST_AWS_PREFIX to what the names of buckets, tables and queues shall begin with' >&2
    exit 2
fi
tests=(cargo test --quiet --package gallery --lib --features test-aws --)

clean_up() {
    "${tests[@]}" --exact testing::account::what_the_tests_made_is_deleted
}

cargo test --quiet --package gallery --lib --features test-aws --no-run
trap clean_up EXIT
"${tests[@]}" --test-threads 8 on_aws::
