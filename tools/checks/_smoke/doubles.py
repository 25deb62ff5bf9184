"""Write the doubles of curl, docker and sleep: programs that answer as a world in one state would, without asking anybody.

A double is one Python file that reads its state from `world.json` beside it. The curl double knows the options that change its exit
status and output (-f, -L, -o, -w, -I, -X, -d, --max-time and those that take a value); the docker double answers for containers that run,
or for none.
"""

from __future__ import annotations

from textwrap import dedent

CURL = dedent(
    '''
    import json, os, sys
    from urllib.parse import urlsplit

    world = json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "world.json")))
    VALUED = set("""-o --output -w --write-out -X --request -d --data --data-binary --data-raw --data-urlencode -H --header -m --max-time
    --connect-timeout -u --user --connect-to --resolve --cacert --cert --key -A --user-agent -e --referer -b --cookie -c --cookie-jar
    --retry --retry-delay --retry-max-time -F --form -T --upload-file --proxy -x -D --dump-header --url --interface""".split())
    options, urls, arguments, at = {}, [], sys.argv[1:], 0
    while at < len(arguments):
        text = arguments[at]
        at += 1
        if not text.startswith("-") or text == "-":
            urls.append(text)
            continue
        if text.startswith("--"):
            name, equals, value = text.partition("=")
            if name in VALUED and not equals:
                value = arguments[at] if at < len(arguments) else ""
                at += 1
            options[name] = value
            if name == "--url":
                urls.append(value)
            continue
        for number, letter in enumerate(text[1:], start=1):
            name, value = "-" + letter, ""
            if name in VALUED:
                value = text[number + 1 :]
                if not value:
                    value = arguments[at] if at < len(arguments) else ""
                    at += 1
            options[name] = value
            if name in VALUED:
                break

    def has(*names):
        return any(name in options for name in names)

    def value(*names):
        return next((options[name] for name in names if name in options), None)

    GOOD = world["good"]
    PAGE = "<html><title>Down for maintenance</title></html>"

    def faithful(url):
        parts = urlsplit(url if "://" in url else "http://" + url)
        path = (parts.path or "/") + ("?" + parts.query if parts.query else "")
        for key in (parts.scheme + " " + path, path):
            if key in world["statuses"]:
                return world["statuses"][key], GOOD
        return (404, "not found") if "no-such" in path else (200, GOOD)

    def answer(url):
        state = world["http"]
        if state == "refused":
            return None, 7
        if state == "slow":
            return None, 28
        if state == "garbage":
            return (200, PAGE), 0
        if state == "missing":
            return (404, "not found"), 0
        if state == "failing":
            return (500, "internal server error"), 0
        if state == "redirect":
            return ((200, PAGE) if has("-L", "--location") else (302, "")), 0
        return faithful(url), 0

    status = 0
    for url in urls or [""]:
        reply, code = answer(url)
        number, body = reply if reply else (0, "")
        if reply and has("-f", "--fail", "--fail-with-body") and number >= 400:
            code, body = 22, (body if has("--fail-with-body") else "")
        if has("-I", "--head"):
            body = "HTTP/1.1 %d\\r\\n\\r\\n" % number if reply else ""
        elif has("-i", "--include") and reply:
            body = "HTTP/1.1 %d\\r\\n\\r\\n" % number + body
        target = value("-o", "--output")
        if target is None:
            sys.stdout.write(body)
        elif reply and target != "/dev/null":
            open(target, "w").write(body)
        written = value("-w", "--write-out")
        if written is not None:
            text = written.replace("\\\\n", "\\n")
            code_text = "%03d" % number
            known = (("http_code", code_text), ("response_code", code_text), ("time_total", "0.01"), ("num_redirects", "0"))
            for name, what in known:
                text = text.replace("%{" + name + "}", what)
            sys.stdout.write(text)
        status = code or status
    sys.exit(status)
    '''
).lstrip()

DOCKER = dedent(
    """
    import json, os, re, sys

    world = json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "world.json")))
    arguments = sys.argv[1:]
    if world["docker"] == "down":
        sys.stderr.write("Error response from daemon: no such container\\n")
        sys.exit(1)
    words = [a for a in arguments if not a.startswith("-")]
    form = next((arguments[n + 1] for n, a in enumerate(arguments[:-1]) if a in ("--format", "-f") and "{{" in arguments[n + 1]), None)
    form = form or next((a.partition("=")[2] for a in arguments if a.startswith("--format=") and "{{" in a), None)

    def filled(match):
        text = match.group(0)
        for sign, said in (("RestartCount", "0"), ("ExitCode", "0"), ("Health", "healthy"), ("Status", "running"), ("Running", "true"),
                           ("State", "running"), ("Name", "/container"), ("Id", "0123456789ab")):
            if sign in text:
                return said
        return ""

    if form is not None:
        form = re.sub(r"\\{\\{if [^}]*\\}\\}(.*?)(?:\\{\\{else\\}\\}.*?)?\\{\\{end\\}\\}", r"\\1", form)
        print(re.sub(r"\\{\\{[^}]*\\}\\}", filled, form))
    elif "ps" in words and ("-q" in arguments or "--quiet" in arguments):
        print("0123456789ab")
    elif "ps" in words:
        print("NAME STATUS\\n" + "\\n".join(words[words.index("ps") + 1 :] or ["container"]) + " Up 2 minutes (healthy)")
    else:
        sys.stdin.read() if not sys.stdin.isatty() else None
        print(world["good"])
    """
).lstrip()

SLEEP = "import sys\n"
