#!/usr/bin/env bash
# The image without a Docker engine: replays docker/Dockerfile in a temporary folder, line by line, then starts what the
# image would start: the same files, not writable, by a user who owns none of them, with a data folder of its own. Waits
# for the image's own health check, stops with SIGTERM and wants exit code 0.
set -euo pipefail

repository=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
gateway=''
trap '[[ -z $gateway ]] || kill "$gateway" 2>/dev/null; chmod -R u+w "$work"; rm -rf "$work"' EXIT
chmod 755 "$work"

# The base image is Node; here it is the one that `npm ci` brought, else the machine's. Copied to where anybody may run it.
mkdir "$work/bin"
base=$(PATH="$repository/node_modules/.bin:$PATH" node -p process.execPath)
cp "$base" "$work/bin/node"
export PATH="$work/bin:$PATH"

# Exec form (a JSON list) as lines.
words() { node -e 'console.log(JSON.parse(process.argv[1]).join("\n"))' "$1"; }
# An image's path as one of this machine: absolute ones lie in the stage's folder, others in its working directory.
place() { case $1 in /*) echo "$stages/$stage$1" ;; *) echo "$stages/$stage$directory/$1" ;; esac; }

stages="$work/stages"
stage=final directory=/ user='' entrypoint=() command=() health=() environment=()

copy() {
  local from="$repository" sources
  while [[ $1 == --* ]]; do
    [[ $1 == --from=* ]] && from="$stages/${1#--from=}"
    shift
  done
  sources=("${@:1:$#-1}")
  local target; target=$(place "${!#}")
  for source in "${sources[@]}"; do
    if [[ -d $from/$source ]]; then
      mkdir -p "$target" && cp -R "$from/$source/." "$target"
    else
      [[ ${!#} == */ || -d $target ]] && mkdir -p "$target" || mkdir -p "$(dirname "$target")"
      cp "$from/$source" "$target"
    fi
  done
}

while read -r instruction rest; do
  case $instruction in
    FROM) [[ $rest == *' AS '* ]] && stage=${rest##* AS } || stage=final; directory=/ ;;
    WORKDIR) directory=$rest; mkdir -p "$(place .)" ;;
    COPY) eval "copy $rest" ;;
    RUN) echo "> $rest"; (cd "$(place .)" && sh -c "$rest") ;;
    ENV) value=${rest#*=}; [[ $value == /* ]] && value="$stages/final$value"; environment+=("${rest%%=*}=$value") ;;
    USER) user=$rest ;;
    VOLUME) data=$(place "$rest"); mkdir -p "$data" ;;
    HEALTHCHECK) mapfile -t health < <(words "${rest#*CMD }") ;;
    ENTRYPOINT) mapfile -t entrypoint < <(words "$rest") ;;
    CMD) mapfile -t command < <(words "$rest") ;;
    EXPOSE | '' | \#*) ;;
    *) echo "docker/replay.sh does not know $instruction" >&2; exit 1 ;;
  esac
done < "$repository/docker/Dockerfile"
[[ $user != '' && $user != root ]] || { echo 'The image would run as root' >&2; exit 1; }
while read -r pattern; do
  case $pattern in \** | !* | \#* | '') ;; *) rm -rf "$stages/final/app/$pattern" ;; esac
done < "$repository/.dockerignore"
for index in "${!command[@]}"; do
  [[ ${command[index]} == /* ]] && command[index]="$stages/final${command[index]}"
done

# A tenant that need not exist: nothing is asked of it before the first question.
port=$(node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
environment+=("PORT=$port" "PATH=$PATH" "HOME=$data")
cat > "$data/defender-gateway.yaml" <<YAML
server: { port: $port }
access: { anonymous: reader }
tenants:
  - name: contoso
    tenantId: 00000000-0000-4000-8000-000000000001
    auth: { clientId: 00000000-0000-4000-8000-0000000000a1, clientSecret: not-a-secret }
YAML

chmod -R a-w,a+rX "$stages"
as_user=()
if [[ $(id -u) == 0 ]]; then
  as_user=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
  chown -R nobody:nogroup "$data"
else
  echo 'Not root: runs as you, who own the files, which are not writable' >&2
fi
chmod -R u+w "$data"

cd "$stages/final/app"
if "${as_user[@]}" test -w src/main.js; then echo 'The files of the image can be written to' >&2; exit 1; fi
echo "> ${entrypoint[*]} ${command[*]}, as $("${as_user[@]}" id -un)"
"${as_user[@]}" env -i "${environment[@]}" "${entrypoint[@]}" "${command[@]}" &
gateway=$!
for attempt in $(seq 100); do
  if env -i "${environment[@]}" "${health[@]}"; then break; fi
  kill -0 "$gateway" && [[ $attempt -lt 100 ]] || { echo 'The gateway did not become healthy' >&2; exit 1; }
  sleep 0.1
done
echo 'healthy'
kill -TERM "$gateway"
wait "$gateway"
gateway=''
echo "stopped, exit code 0; $(du -sh --apparent-size "$stages/final" | cut -f1) without Node"
