-- host_spec.lua: the program from outside: exit codes, messages, and what is left in folders.

local assay = require "assay"
local support = require "support"

local program = require "program"
local quote, output_of, shell, entries, folder_with = program.quote, program.output_of, program.shell,
  program.entries, program.folder_with

local writing = [[
local assay = require "assay"
assay.frame { columns = { "a" }, rows = { { arg[2] or 1 } } }:write "a.csv"
]]

describe("assay run", function()
  it("puts outputs and record beside the script when the script has ended", function()
    local folder = folder_with(writing .. "print(#arg, arg[0], ...)")
    local code, printed, errors = shell(folder, "assay run try.lua -- one two")
    assert.same({ 0, "2\ttry.lua\tone\ttwo\n", "" }, { code, printed, errors })
    assert.equal("./out ./out/try ./out/try/a.csv ./out/try/run.json ./try.lua", entries(folder))
  end)

  it("records script, words and folders, and no time", function()
    local folder = folder_with(writing)
    shell(folder, "mkdir d e && assay run try.lua --data d --data=e -- x")
    local record = assay.read_json(folder .. "/out/try/run.json")
    assert.equal(output_of("sha256sum < " .. quote(folder .. "/try.lua")):match "%x+", record.sha256)
    assert.same({ "try.lua", "try.lua" }, { record.script, record.options.script })
    assert.same({ { "x" }, { "d", "e" } }, { record.options.arguments, record.options.data })
    assert.same(assay._VERSION, record.versions.assay)
    assert.is_nil(support.content(folder .. "/out/try/run.json"):find(os.date "%Y-%m-%d", 1, true))
  end)

  it("records what was read, in the order of first opening, and what was written", function()
    local folder = folder_with [[
local assay = require "assay"
local helper = require "helper"
assay.read "b.csv" assay.read "sub/a.csv" assay.read "b.csv"
assay.frame { columns = { "a" }, rows = { { 1 } } }:write "own.csv"
assay.read "own.csv"
assay.write_json("z.json", helper)
]]
    local code, _, errors = shell(folder, [[mkdir -p d/sub; printf 'x\n1\n' >d/b.csv; printf 'y\n2\n' >d/sub/a.csv
echo 'return { 1 }' >helper.lua; assay run try.lua --data d]])
    assert.same({ 0, "" }, { code, errors })
    local record = assay.read_json(folder .. "/out/try/run.json")
    local function fingerprint(name, path)
      return { name = name, bytes = #support.content(path), sha256 = output_of("sha256sum < " .. quote(path)):match "%x+" }
    end
    local function plain(list)
      local copy = {}
      for i, entry in ipairs(list) do copy[i] = entry end
      return copy
    end
    assert.same({ fingerprint("b.csv", folder .. "/d/b.csv"), fingerprint("sub/a.csv", folder .. "/d/sub/a.csv") },
      plain(record.inputs))
    assert.same({ fingerprint("helper.lua", folder .. "/helper.lua") }, plain(record.modules))
    assert.same({ fingerprint("own.csv", folder .. "/out/try/own.csv"), fingerprint("z.json", folder .. "/out/try/z.json") },
      plain(record.outputs))
  end)

  it("tells shortfalls, exclusions and warnings on stderr once, and in the record", function()
    local folder = folder_with [[
local assay = require "assay"
local list = assay.read("list.csv", { id = "id" }):exclude("too old", { age = { above = 60 } })
assay.plan { frame = list, strata = "sex", size = 4, reserve = 0.5 }:draw { seed = "s-1" }
warn("mind", " the gap") warn "mind the gap"
]]
    local _, _, errors = shell(folder, [[
printf 'id,sex,age\n1,F,20\n2,F,30\n3,M,40\n4,M,50\n5,M,70\n' >list.csv; assay run try.lua]])
    assert.equal([[
assay: excluded: list.csv: 1 of 5 rows, too old
assay: shortfall: stratum 'F': 2 of 2 leave 0 reserves, not 1
assay: shortfall: stratum 'M': 2 of 2 leave 0 reserves, not 1
assay: warning: mind the gap
]], errors)
    local record = assay.read_json(folder .. "/out/try/run.json")
    local told = {}
    for i, note in ipairs(record.notes) do told[i] = ("assay: %s: %s\n"):format(note.kind, note.text) end
    assert.equal(errors, table.concat(told))
    assert.equal("s-1", record.seeds[1])
  end)

  it("takes a warning that is no text, and leaves no end of them out", function()
    local folder = folder_with [[warn "\xff!" for i = 1, 2000 do warn("no. " .. i) end]]
    assert.equal(0, (shell(folder, "assay run try.lua")))
    local record = assay.read_json(folder .. "/out/try/run.json")
    assert.same({ "?!", 1000, 1001 }, { record.notes[1].text, #record.notes, record.notes_left_out })
  end)

  it("gives the same record every time", function()
    local folder = folder_with(writing)
    shell(folder, "assay run try.lua && cp out/try/run.json first && TZ=Asia/Tokyo LC_ALL=C.UTF-8 assay run try.lua")
    assert.equal(support.content(folder .. "/first"), support.content(folder .. "/out/try/run.json"))
  end)

  for _, name in ipairs { "run.json", "./run.json" } do
    it("keeps the record's name for itself: " .. name, function()
      local folder = folder_with(("require 'assay'.write_json('%s', { 1 })"):format(name))
      local code, _, errors = shell(folder, "assay run try.lua")
      assert.same({ 1, ("assay: try.lua:1: '%s' is where the record of the run stands: write to another name\n"):format(name) },
        { code, errors })
      assert.equal("./try.lua", entries(folder))
    end)
  end

  it("refuses the record's name at the script's line, from io.open too", function()
    local folder = folder_with "\nassert(io.open('./run.json', 'w')):write('mine'):close()"
    local code, _, errors = shell(folder, "assay run try.lua")
    assert.same({ 1, "assay: try.lua:2: './run.json' is where the record of the run stands: write to another name\n" },
      { code, errors })
    assert.equal("./try.lua", entries(folder))
  end)

  it("refuses a name that the record cannot tell, from io.open too", function()
    local folder = folder_with "assert(io.open('\\xe9t\\xe9', 'w')):write('mine'):close()"
    local code, _, errors = shell(folder, "assay run try.lua")
    assert.equal(1, code)
    assert.is_truthy(errors:find("is not UTF-8 text, so the record cannot tell it", 1, true), errors)
    assert.equal("./try.lua", entries(folder))
  end)

  it("says of a pipe and a device that they are no regular files", function()
    local folder = folder_with "print(select(2, io.open 'pipe'), (select(2, pcall(require 'assay'.read, 'pipe'))))"
    local code, printed = shell(folder, "mkfifo pipe && assay run try.lua")
    assert.same({ 0, "cannot read 'pipe': it is not a regular file\tcannot read 'pipe': it is not a regular file\n" },
      { code, (printed:gsub("try.lua:1: ", "")) })
  end)

  it("keeps the outputs of the run before, and only those", function()
    local folder = folder_with(writing)
    shell(folder, "for i in 1 2 3; do assay run try.lua -- run $i; done")
    assert.matches("\n3\n", support.content(folder .. "/out/try/a.csv"))
    assert.matches("\n2\n", support.content(folder .. "/out/try.previous/a.csv"))
    assert.is_nil(entries(folder):find("assay-", 1, true))
  end)

  it("does not remove a folder of another's to keep the run before", function()
    local folder = folder_with(writing)
    shell(folder, "assay run try.lua --out o; mkdir o.previous; echo mine > o.previous/mine")
    local code, _, errors = shell(folder, "assay run try.lua --out o")
    assert.equal(2, code)
    assert.is_truthy(errors:find("assay: 'o.previous', where the outputs of the run before go, was not made", 1, true), errors)
    assert.equal("mine\n", support.content(folder .. "/o.previous/mine"))
    assert.equal(0, (shell(folder, "rm o.previous/mine && assay run try.lua --out o")))
  end)

  it("does not read from the folder that it would give up", function()
    local folder = folder_with(writing)
    shell(folder, "for i in 1 2; do assay run try.lua --out o -- run $i; done; mkdir o.previous/sub; ln -s o.previous link")
    for _, data in ipairs { "o.previous", "o.previous/sub", "link" } do
      local code, _, errors = shell(folder, "assay run try.lua --out o --data " .. data)
      assert.equal(2, code)
      assert.is_truthy(errors:find("makes room for the outputs of 'o'", 1, true), errors)
    end
    assert.matches("\n1\n", support.content(folder .. "/o.previous/a.csv"))
    assert.equal(0, (shell(folder, "assay run try.lua --out other --data o.previous")))
  end)

  it("writes where --out says, and makes the folders above it", function()
    local folder = folder_with(writing)
    assert.equal(0, (shell(folder, "assay run try.lua --out new/deep/er/")))
    assert.is_true(support.exists(folder .. "/new/deep/er/a.csv"))
  end)

  it("leaves a folder alone that another made", function()
    local folder = folder_with(writing)
    local code, _, errors = shell(folder, "mkdir mine && touch mine/f && assay run try.lua --out mine")
    assert.equal(2, code)
    assert.matches("^assay: 'mine' was not made by a run of try.lua", errors)
    code = shell(folder, "assay run try.lua --out own && cp try.lua other.lua && assay run other.lua --out own")
    assert.equal(2, code)
    assert.equal(0, (shell(folder, "mkdir empty && assay run try.lua --out empty")))
  end)

  it("says why it cannot tell who made a folder", function()
    local folder = folder_with(writing)
    local code, _, errors = shell(folder, "mkdir -p o/run.json && assay run try.lua --out o")
    assert.same({ 2, "assay: cannot read 'o/run.json': Is a directory\n" }, { code, errors })
  end)

  it("reads its own outputs, then the folders in order, then the script's, then what is shared", function()
    local folder = folder_with [[
local assay = require "assay"
local function first(name) print(assay.read(name):rows()().from) end
first "a.csv" first "b.csv" first "c.csv"
assay.frame { columns = { "from" }, rows = { { "own" } } }:write "a.csv"
first "a.csv"
print(assay.read_json "frameworks/probation-2018.json".title ~= nil)
]]
    local code, printed, errors = shell(folder, [[mkdir one two
for at in one/a two/a two/b ./a ./b ./c; do printf 'from\n%s\n' "$at" >$at.csv; done
assay run try.lua --data one --data two]])
    assert.same({ 0, "one/a\ntwo/b\n./c\nown\ntrue\n", "" }, { code, printed, errors })
  end)

  it("finds modules beside the script, but not in place of the library", function()
    local folder = folder_with 'print(require "helper", require "assay"._VERSION ~= nil)'
    local _, printed = shell(folder, [[echo 'return "helped"' >helper.lua; echo 'return {}' >assay.lua
cd /; assay run "$OLDPWD/try.lua"]])
    assert.equal("helped\ttrue\n", (printed:gsub("\t%S+helper.lua", "")))
  end)

  it("takes text only, and a first line for the shell", function()
    local folder = folder_with "#!/usr/bin/env -S assay run\nerror 'here'"
    local code, _, errors = shell(folder, "assay run try.lua")
    assert.same({ 1, "assay: try.lua:2: here\n" }, { code, errors })
    code, _, errors = shell(folder, "printf '\\033Lua' >try.lua; assay run try.lua")
    assert.equal(1, code)
    assert.matches("attempt to load a binary chunk", errors)
  end)
end)

describe("a script that fails", function()
  local cases = {
    { "text keeps its position", "error 'boom'", 1, "assay: try.lua:3: boom\n" },
    { "text without a position stays as it is", "error('boom', 0)", 1, "assay: boom\n" },
    { "a table as error is said with the line", "error {}", 1,
      "assay: try.lua:3: the script raised a table as its error\n" },
    { "nil as error is said with the line", "error()", 1, "assay: try.lua:3: the script raised a nil as its error\n" },
    { "an error that cannot be printed does not crash",
      "local m = {} m.__tostring = function() error(setmetatable({}, m)) end error(setmetatable({}, m))", 1,
      "assay: try.lua:3: the script raised a table as its error\n" },
    { "a __tostring that gives no text does not crash",
      "error(setmetatable({}, { __tostring = function() return {} end }))", 1,
      "assay: try.lua:3: the script raised a table as its error\n" },
    { "refused data has its own code", "assay.read 'none.csv'", 3,
      "assay: try.lua:3: cannot read 'none.csv': No such file or directory\n" },
    { "a file outside the folders is refused", "assay.read '/etc/passwd'", 3, "assay: try.lua:3: '/etc/passwd' is outside" },
    { "wrong usage inside a script is the script's fault", "assay.read('x.csv', { colums = {} })", 1,
      "assay: try.lua:3: unknown option 'colums': did you mean 'columns'?\n" },
    { "a mistake in the text is said with its line", "local = 1", 1, "assay: try.lua:3: <name> expected" },
    { "an error inside a coroutine is said with its line", "coroutine.wrap(function() error 'boom' end)()", 1,
      "assay: try.lua:3: try.lua:3: boom\n" }, -- wrap adds its own line, as in stock Lua
    { "os.exit with a code leaves nothing", "os.exit(7)", 7, "" },
    { "os.exit(false) leaves nothing", "os.exit(false)", 1, "" },
    { "no pcall holds os.exit back", "pcall(os.exit, 4)", 4, "" },
    { "a code that a shell would take for success is none", "os.exit(256)", 1, "" },
    { "os.exit from a coroutine leaves nothing", "coroutine.wrap(function() os.exit(5) end)()", 5, "" },
  }
  for _, case in ipairs(cases) do
    it("leaves nothing: " .. case[1], function()
      local folder = folder_with(writing .. case[2])
      local code, _, errors = shell(folder, "assay run try.lua --out new/out")
      assert.equal(case[3], code)
      if case[4] then assert.equal(case[4], errors:sub(1, #case[4])) end
      assert.is_nil(errors:find("stack traceback", 1, true))
      assert.equal("./try.lua", entries(folder))
    end)
  end

  it("leaves the outputs of the run before as they were", function()
    local folder = folder_with(writing .. "if arg[2] == '2' then error 'boom' end")
    assert.equal(1, (shell(folder, "assay run try.lua -- run 1 && assay run try.lua -- run 2")))
    assert.matches("\n1\n", support.content(folder .. "/out/try/a.csv"))
    assert.equal("./out ./out/try ./out/try/a.csv ./out/try/run.json ./try.lua", entries(folder))
  end)
end)

describe("--traceback", function()
  it("shows all frames, which are left out else", function()
    local folder = folder_with "local function inner() require 'assay'.read('x.csv', { colums = {} }) end\ninner()"
    local _, _, plain = shell(folder, "assay run try.lua")
    local code, _, errors = shell(folder, "assay run try.lua --traceback")
    assert.equal(1, code)
    assert.equal("assay: try.lua:1: unknown option 'colums': did you mean 'columns'?\n", plain)
    assert.equal(plain, errors:sub(1, #plain))
    for _, frame in ipairs { "\nstack traceback:", "[C]: in", "check.lua:", "try.lua:2: in main chunk" } do
      assert.is_truthy(errors:find(frame, 1, true), frame)
    end
  end)
end)

describe("the words of an error", function()
  it("are shown whole when there is a NUL in them", function()
    local folder = folder_with [[error("a\0b")]]
    assert.same({ 1, "", "assay: try.lua:1: a\\0b\n" }, { shell(folder, "assay run try.lua") })
    local _, _, errors = shell(folder, "assay run try.lua --traceback")
    assert.matches("a\\0b\nstack traceback:\n", errors, 1, true)
  end)

  it("are cut when they have no end", function()
    local _, _, errors = shell(folder_with "error(('x'):rep(1e6), 0)", "assay run try.lua")
    assert.is_true(#errors < 20000)
    assert.matches("... %(98%d%d%d%d bytes more%)\n$", errors)
  end)
end)

describe("a script that ends by os.exit", function()
  it("is done if the code is 0", function()
    local folder = folder_with(writing .. "local x <close> = setmetatable({}, { __close = function() print 'closed' end })\n"
      .. "os.exit(true)")
    local code, printed = shell(folder, "assay run try.lua")
    assert.same({ 0, "closed\n" }, { code, printed })
    assert.is_true(support.exists(folder .. "/out/try/a.csv"))
  end)
end)

describe("what a script prints", function()
  for name, sink in pairs { ["a full disk"] = ">/dev/full", ["a closed stdout"] = ">&-" } do
    it("is not lost silently in " .. name, function()
      local folder = folder_with(writing .. "print 'x'")
      local code, _, errors = shell(folder, "assay run try.lua " .. sink)
      assert.equal(1, code)
      assert.matches("^assay: what the script printed could not be written", errors)
      assert.equal("./try.lua", entries(folder))
    end)
  end

  it("cannot land in a file of the run", function()
    local folder = folder_with(writing .. "print 'x'")
    shell(folder, "assay run try.lua <&- >&- 2>&-")
    assert.equal("./try.lua", entries(folder))
  end)

  it("ends the run when its reader goes away", function()
    local folder = folder_with(writing .. "for i = 1, 1e5 do print(i) end")
    shell(folder, "assay run try.lua | true")
    assert.equal("./try.lua", entries(folder))
  end)
end)

describe("a wrong command line", function()
  local folder = folder_with(writing)
  local cases = {
    { "assay runn", "there is no command 'runn': did you mean 'run'?" },
    { "assay --versio", "did you mean '--version'?" },
    { "assay run", "run needs a script" },
    { "assay run none.lua", "cannot read 'none.lua': No such file or directory" },
    { "assay run try.lua --dta x", "run has no option '--dta': did you mean '--data'?" },
    { "assay run try.lua --data", "--data needs a folder" },
    { "assay run try.lua --time", "--time needs seconds, such as 600 or 0.5, not ''" },
    { "assay run try.lua --time=-1", "--time needs seconds, such as 600 or 0.5, not '-1'" },
    { "assay run try.lua --time soon", "--time needs seconds, such as 600 or 0.5, not 'soon'" },
    { "assay run try.lua --memory 1.5", "--memory needs a whole number of MiB, such as 2048, not '1.5'" },
    { "assay run try.lua --memory 2GB", "--memory needs a whole number of MiB, such as 2048, not '2GB'" },
    { "assay run try.lua --data nowhere", "'nowhere': No such file or directory" },
    { "assay run try.lua other.lua", "words for the script stand behind --" },
    { "assay run try.lua --out .", "" },
    { "assay run try.lua -- a b\xff", "arguments: word 2 ('b' and so on) is not UTF-8 text" },
    { "assay version now", "version takes no words" },
    { "assay version --jsn", "version has no option '--jsn': did you mean '--json'?" },
    { "assay rerun", "rerun: missing argument 'OUT'" },
    { "assay rerun a b", "rerun: too many arguments" },
    { "assay rerun out --kep x", "rerun: unknown option '--kep': did you mean '--keep'?" },
    { "assay rerun out --data", "option '--data' requires an argument" },
    { "assay verify", "verify: missing argument 'FOLDER'" },
    { "assay verify a b c", "verify: too many arguments" },
    { "assay verify a --jso", "verify: unknown option '--jso': did you mean '--json'?" },
    { "assay verfy a", "there is no command 'verfy': did you mean 'verify'?" },
    { "assay help a b", "help: too many arguments" },
    { "assay help distinkt", "did you mean 'Frame:distinct'?" },
  }
  for _, case in ipairs(cases) do
    it(("is refused: %s"):format(case[1]), function()
      local code, printed, errors = shell(folder, case[1])
      assert.same({ 2, "" }, { code, printed })
      assert.is_truthy(errors:find(case[2], 1, true), errors)
      assert.equal("./try.lua", entries(folder))
    end)
  end
end)

describe("the program", function()
  local folder = folder_with ""
  it("says its version", function()
    local version = "assay " .. require "assay"._VERSION .. "\n"
    assert.same({ 0, version }, { shell(folder, "assay version"), (select(2, shell(folder, "assay --version"))) })
  end)

  it("says what it can do", function()
    local _, plain = shell(folder, "assay")
    local _, help = shell(folder, "assay help")
    assert.equal(plain, help)
    for _, flag in ipairs { "--help", "-h" } do
      assert.same({ 0, plain, "" }, { shell(folder, "assay " .. flag) })
    end
    for _, word in ipairs { "run SCRIPT", "rerun OUT", "verify FOLDER", "help [NAME]", "version" } do
      assert.is_truthy(help:find("\n  assay " .. word, 1, true), word)
    end
  end)

  it("has a help for each command that says usage, purpose and exit codes", function()
    for _, word in ipairs { "run", "rerun", "verify", "help", "version" } do
      local code, help, errors = shell(folder, "assay help " .. word)
      assert.same({ 0, "" }, { code, errors })
      assert.matches("^Usage: assay " .. word .. " ?[^\n]*\n\n%u[^\n]+%.\n", help)
      assert.equal(help, (select(2, shell(folder, ("assay %s --help"):format(word)))))
      for line in help:gmatch "[^\n]+" do assert.is_true(#line <= 100, line) end
    end
    for _, word in ipairs { "run", "rerun", "verify" } do
      assert.is_truthy(select(2, shell(folder, "assay help " .. word)):find("\nExit codes: 0 ", 1, true))
    end
  end)

  it("says the versions of its libraries, and as JSON", function()
    local _, printed = shell(folder, "assay version --verbose; assay version --verbose --json >versions.json")
    local versions = assay.read_json(folder .. "/versions.json")
    assert.equal(assay._VERSION, versions.assay)
    for _, name in ipairs { "lua", "gsl", "cjson", "utf8proc", "libcrypto", "libzip", "expat" } do
      assert.is_truthy(printed:find(("\n%-10s %s\n"):format(name, versions[name]), 1, true), name)
    end
  end)

  it("runs without argparse", function()
    local at = folder_with "print(package.loaded.argparse, (pcall(require, 'argparse')))"
    assert.equal("nil\tfalse\n", (select(2, shell(at, "assay run try.lua"))))
  end)

  it("says what a command and a function do", function()
    local _, run = shell(folder, "assay help run")
    assert.matches("--data DIR", run, 1, true)
    local code, where = shell(folder, "assay help where")
    assert.equal(0, code)
    assert.matches("^Frame:where%(", where)
  end)
end)
