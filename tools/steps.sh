# shellcheck shell=bash disable=SC2034
# To be sourced. Measures steps: `begin_step` before a step; after it `end_step` sets `step_seconds` (wall clock) and
# `step_processor_minutes` (of all processes that it ran).

begin_step() {
    step_seconds=$SECONDS
    processor_ms
    step_processor_ms=$processor_ms
}

end_step() {
    step_seconds=$((SECONDS - step_seconds))
    processor_ms
    local tenths=$(((processor_ms - step_processor_ms + 3000) / 6000))
    step_processor_minutes=$((tenths / 10)).$((tenths % 10))
}

# Processor time of this shell's finished children: `times` in a `$( )` would report that of the subshell.
processor_ms() {
    local file minutes=() value
    file=$(mktemp)
    times > "$file"
    read -r -a minutes < <(tail -1 "$file")
    rm "$file"
    processor_ms=0
    for value in "${minutes[@]}"; do
        # "12m3.456s"
        local seconds=${value#*m}
        seconds=${seconds%s}
        processor_ms=$((processor_ms + ${value%m*} * 60000 + 10#${seconds%.*} * 1000 + 10#${seconds#*.}))
    done
}
