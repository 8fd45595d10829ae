#!/usr/bin/env bash
# `make test-aws`: the suites of the S3 and DynamoDB adapters in a real AWS account, each test with its own bucket,
# queue and table, billed by AWS. It uses the credentials and region of the environment (AWS_PROFILE, AWS_REGION …),
# which must allow what `deploy/aws/iam-policy.json` says, and creating and deleting all three.
#   QRATE_TEST_AWS_PREFIX   the prefix of every name: 1 to 36 lowercase letters, digits and hyphens. At the end, even
# after a
#                           failure, everything is deleted whose name is this prefix, a hyphen and a 26-character mark.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${QRATE_TEST_AWS_PREFIX:-}" ]; then
    echo 'test-aws: set QRATE_TEST_AWS_PREFIX to a prefix for the names of buckets, tables and queues' >&2
    exit 2
fi
tests=(cargo test --quiet --package gallery --lib --features test-aws --)

clean_up() {
    "${tests[@]}" --exact testing::account::what_the_tests_made_is_deleted
}

cargo test --quiet --package gallery --lib --features test-aws --no-run
trap clean_up EXIT
"${tests[@]}" --test-threads 8 on_aws::
