# Sourced by scripts that run several steps: each gets a heading and its duration, and a failed one does not keep the
# next from running, because one run should tell everything that is wrong.

failed=()

# step TITLE COMMAND [ARG...]
step() {
	local title=$1 start=$SECONDS status=ok
	shift
	printf '\n== %s\n' "$title"
	"$@" || {
		status=FAILED
		failed+=("$title")
	}
	printf '== %s: %s, %d s\n' "$title" "$status" $((SECONDS - start))
}

# finish exits with 1 and names the failed steps, if there are any.
finish() {
	[ ${#failed[@]} -eq 0 ] || {
		printf '\nfailed: %s\n' "${failed[*]}" >&2
		exit 1
	}
}
