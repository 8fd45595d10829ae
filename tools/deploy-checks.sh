#!/usr/bin/env bash
# Checks what lies in deploy/ and what no other tool here reads: templates, the state machine, the gateway's templates,
# every shell script, container files, workflows and compose files. Each check also has to find errors that are planted
# in a copy. The tools come from PyPI and npm, pinned, into the cache. Nothing here reaches a cloud.
#   tools/deploy-checks.sh states PROGRAM   instead runs the state machine with the program on a stand-in for AWS
set -euo pipefail
cd "$(dirname "$0")/.."
cache=${QRATE_CACHE:-$HOME/.cache/qrate}
environment=$cache/deploy-checks-$(sha256sum tools/deploy/requirements.txt | cut -c1-16)
bin=$environment/bin
if [ ! -e "$environment/complete" ]; then
    echo "deploy checks: installing the linters into $environment"
    rm -rf "$environment"
    python3 -m venv "$environment"
    "$bin/pip" install --quiet --disable-pip-version-check --requirement tools/deploy/requirements.txt
    touch "$environment/complete"
fi
tools/npm.sh tools/deploy
if [ "${1:-}" = states ]; then exec env PYTHONDONTWRITEBYTECODE=1 "$bin/python" tools/deploy/states.py "$2"; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONDONTWRITEBYTECODE=1

# Each takes a folder that is laid out like the repository.
cfn_lint() { "$bin/cfn-lint" -- "$1"/deploy/*.yaml; }
checkov() { "$bin/python" tools/deploy/checkov.py "$1/deploy"; }
assertions() { "$bin/python" tools/deploy/assertions.py "$1/deploy"; }
asl_validator() {
    extracted "$1" && tools/deploy/node_modules/.bin/asl-validator --json-path "$1/extracted/states.json"
}
statelint() { extracted "$1" && "$bin/statelint" --eval-jsonata "$1/extracted/states.json"; }
gateway() { extracted "$1" && node tools/deploy/gateway.mjs "$1/extracted/gateway.json"; }
user_data() { extracted "$1" && "$bin/shellcheck" --severity=warning "$1"/extracted/*.sh; }
signatures() { "$bin/python" tools/deploy/signatures.py "$1/deploy"; }
shell() { listed "$1" '\.sh$|^\.ci/run$' && "$bin/shellcheck" --severity=warning "${files[@]}"; }
hadolint() { listed "$1" '(^|/)(Containerfile|Dockerfile)$' && "$bin/hadolint" --no-color "${files[@]}"; }
compose() {
    listed "$1" '(^|/)compose[^/]*\.yaml$' none &&
        { [ ${#files[@]} = 0 ] || "$bin/check-jsonschema" --builtin-schema vendor.compose-spec "${files[@]}"; }
}
workflow_schema() {
    listed "$1" '^\.github/workflows/' none &&
        { [ ${#files[@]} = 0 ] || "$bin/check-jsonschema" --builtin-schema vendor.github-workflows "${files[@]}"; }
}
zizmor() {
    listed "$1" '^\.github/workflows/' none &&
        { [ ${#files[@]} = 0 ] || "$bin/zizmor" --offline --no-progress --color never "${files[@]}"; }
}

# What of the templates other languages are written in.
extracted() { "$bin/python" tools/deploy/extract.py "$1/deploy" "$1/extracted"; }

# listed FOLDER PATTERN [none]: sets `files` to those whose path matches. None at all is an error, unless it may be.
listed() {
    mapfile -t files < <(cd "$1" && find . -type f -printf '%P\n' | grep -E "$2" | sed "s|^|$1/|")
    if [ ${#files[@]} = 0 ] && [ "${3:-}" != none ]; then
        echo "no file matches $2"
        return 1
    fi
}

# What is checked of the repository, in a copy, so that nothing is written into it.
tree=$work/tree
mkdir "$tree"
git ls-files -z --cached --others --exclude-standard |
    grep -zE '\.sh$|^\.ci/|^deploy/|(^|/)(Containerfile|Dockerfile|compose[^/]*\.yaml)$|^\.github/|^\.shellcheckrc$' |
    while IFS= read -r -d '' path; do
        # Not what was deleted and is not committed yet.
        if [ -e "$path" ]; then cp --parents "$path" "$tree"; fi
    done

failed=0
check() {
    local name=$1
    if "$name" "$tree" > "$work/output" 2>&1; then
        echo "ok: $name$(sed -n '$s/^/: /p' "$work/output" | cut -c1-100)"
    else
        echo "failed: $name"
        cat "$work/output"
        failed=1
    fi
}

# planted CHECK FILE FROM TO SAYS: in a copy of FILE, TO takes the place of the first FROM; the check must fail and say
# SAYS. Without FROM, TO is the whole file.
planted() {
    local name=$1 file=$2 copy=$work/planted
    rm -rf "$copy"
    mkdir -p "$(dirname "$copy/$file")"
    case $name in
        # These look at each file by itself, and take seconds for it.
        cfn_lint | checkov) cp "$tree/$file" "$copy/$file" ;;
        *) cp -r "$tree/deploy/." "$copy/deploy" ;;
    esac
    "$bin/python" tools/deploy/plant.py "$copy/$file" "$3" "$4"
    if "$name" "$copy" > "$work/output" 2>&1; then
        echo "failed: $name did not find what was planted in $file: $4"
        failed=1
    elif ! grep -qF -- "$5" "$work/output"; then
        echo "failed: $name found something else than what was planted in $file: $4"
        cat "$work/output"
        failed=1
    else
        echo "found: $name, $file: $5"
    fi
}

for name in cfn_lint checkov assertions asl_validator statelint gateway user_data signatures shell hadolint compose \
    workflow_schema zizmor; do
    check "$name"
done

planted cfn_lint deploy/data.yaml 'SSEAlgorithm: AES256' 'SSEAlgorithm: AES255' "'AES255' is not one of"
planted cfn_lint deploy/ec2.yaml '!Ref SubnetB]' '!Ref SubnetC]' "'SubnetC' is not one of"
planted checkov deploy/data.yaml 'BlockPublicAcls: true' 'BlockPublicAcls: false' CKV_AWS_53
planted asl_validator deploy/serverless.yaml 'Next: TooLarge' 'Next: TooSmall' TooSmall
planted statelint deploy/serverless.yaml 'Default: UnknownType' 'Default: NoType' NoType
planted statelint deploy/serverless.yaml "type = 'DELETE'" "type == 'DELETE'" 'unary operator'
planted gateway deploy/serverless.yaml ".replaceAll(\"\\\\'\", \"'\")" '' SyntaxError
planted gateway deploy/serverless.yaml 'responseOverride.status = 500' 'responseOverride.status = 200' AssertionError
planted user_data deploy/ec2.yaml 'rm "$file"' 'rm $fiel' SC2154
planted signatures deploy/ec2.yaml 'x-amz-security-token: %' 'x-amz-security: %' AssertionError
planted signatures deploy/ec2-one.yaml 'sha256sum --check <<<' 'echo <<<' 'another package was installed'
planted shell deploy/destroy-env.sh '"$NAME" "$@"' '"$NAME" $@' SC2068
planted hadolint Containerfile '' 'FROM debian' DL3006
planted compose compose.yaml '' 'services: {qrate: {image: qrate, prots: ["5000:5000"]}}' prots
planted workflow_schema .github/workflows/test.yaml '' 'on: push
jobs: {test: {runs-on: ubuntu-24.04, step: []}}' step
planted zizmor .github/workflows/test.yaml '' 'on: push
permissions: {}
jobs:
  test: {runs-on: ubuntu-24.04, steps: [{run: "echo ${{ github.event.head_commit.message }}"}]}' template-injection
"$bin/python" tools/deploy/planted.py "$tree/deploy" || failed=1
exit "$failed"
