-- host_spec.lua: the program from outside: exit codes, messages, and what is left in folders.

local support = require "support"

local program = (os.getenv "ASSAY_BUILD" or "build") .. "/assay"

local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

local function output_of(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read "a"
  pipe:close()
  return text
end

--- Runs shell text in `folder` with `assay` defined as the program: exit code, stdout, and stderr
--- without what root is told.
local function shell(folder, text)
  local script = ("cd %s && assay() { %s \"$@\"; }\n(%s) >.printed 2>.errors\necho $? >.code\n"):format(
    quote(folder), quote(program), text)
  local pipe = assert(io.popen("sh", "w"))
  pipe:write(script)
  pipe:close()
  return tonumber(support.content(folder .. "/.code")), support.content(folder .. "/.printed"),
    (support.content(folder .. "/.errors"):gsub("assay: note: run by root[^\n]*\n", ""))
end

--- What is in a folder, hidden names too, but for what `shell` leaves there.
local function entries(folder)
  return output_of(("cd %s && find . ! -name . ! -name .printed ! -name .errors ! -name .code | sort"):format(
    quote(folder))):gsub("\n", " "):gsub(" $", "")
end

--- A new folder with a script of this text in it.
local function folder_with(script)
  local folder = support.path "run"
  os.execute("mkdir " .. quote(folder))
  local file = assert(io.open(folder .. "/try.lua", "w"))
  file:write(script)
  file:close()
  return folder
end

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
    local digest = output_of("sha256sum < " .. quote(folder .. "/try.lua")):match "%x+"
    assert.equal(([[
{
  "arguments": ["x"],
  "assay": "%s",
  "data": ["d", "e"],
  "script": "try.lua",
  "sha256": "%s"
}
]]):format(require "assay"._VERSION, digest), support.content(folder .. "/out/try/run.json"))
  end)

  it("keeps the outputs of the run before, and only those", function()
    local folder = folder_with(writing)
    shell(folder, "for i in 1 2 3; do assay run try.lua -- run $i; done")
    assert.matches("\n3\n", support.content(folder .. "/out/try/a.csv"))
    assert.matches("\n2\n", support.content(folder .. "/out/try.previous/a.csv"))
    assert.is_nil(entries(folder):find("assay-", 1, true))
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
      "local m = {} m.__tostring = function() error(setmetatable({}, m)) end error(setmetatable({}, m))", 1, nil },
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
    { "assay version now", "version takes no words" },
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
    assert.matches("assay run SCRIPT", help, 1, true)
  end)

  it("says what a command and a function do", function()
    local _, run = shell(folder, "assay help run")
    assert.matches("--data DIR", run, 1, true)
    local code, where = shell(folder, "assay help where")
    assert.equal(0, code)
    assert.matches("^Frame:where%(", where)
  end)
end)
