-- rerun_spec.lua: a run that is repeated, and what is said when something has changed.

local assay = require "assay"
local program = require "program"
local support = require "support"

local quote, shell, entries, folder_with = program.quote, program.shell, program.entries, program.folder_with
local root = os.getenv "ASSAY_ROOT" or "."

local reading = [[
local assay = require "assay"
local helper = require "helper"
local list = assay.read "list.csv"
list:write "a.csv"
assay.write_json("words.json", { arg[1] or "", helper, assay.framework "probation-2018".title })
]]

--- A folder in which try.lua has run once on d/list.csv, with the word "w".
local function after_run(script, words)
  local folder = folder_with(script or reading)
  assert(shell(folder, [[mkdir d; printf 'id,n\nA,1\nB,2\n' >d/list.csv; echo 'return "help"' >helper.lua
assay run try.lua --data d -- ]] .. (words or "w")) == 0)
  return folder
end

--- Runs `change` and then rerun: exit code and what is printed.
local function rerun_after(folder, change, options)
  local code, printed, errors = shell(folder, ("%s\nassay rerun out/try %s"):format(change, options or ""))
  return code, printed, errors
end

describe("assay rerun", function()
  it("says that nothing has changed, and leaves nothing", function()
    local folder = after_run()
    local before = entries(folder)
    assert.same({ 0, "identical: 2 files\n", "" }, { rerun_after(folder, "") })
    assert.equal(before, entries(folder))
  end)

  it("says so of the demo's draw, from any folder", function()
    local folder = folder_with ""
    local at = quote(root)
    local run = "assay run %s/scripts/dtv-2018/draw.lua --data %s/data/dtv-2018 --out draw"
    assert.equal(0, (shell(folder, run:format(at, at))))
    assert.same({ 0, "identical: 9 files\n", "" }, { shell(folder, "mkdir x && cd x && assay rerun ../draw/") })
  end)

  it("finds the script where OUT stands beside it", function()
    local folder = after_run()
    assert.same({ 0, "identical: 2 files\n", "" }, { shell(folder, "mkdir x && cd x && assay rerun ../out/try --data ../d") })
  end)

  it("names the input of which a byte has changed", function()
    local code, printed = rerun_after(after_run(), "printf 'id,n\\nA,1\\nB,3\\n' >d/list.csv")
    assert.same({ 1, [[
a.csv differs from line 3 on (byte 12)
1 file identical
why: input 'list.csv' differs: it still has 13 bytes, but not the same
]] }, { code, printed })
    code, printed = rerun_after(after_run(), "printf 'C,3\\n' >>d/list.csv")
    assert.equal(1, code)
    assert.is_truthy(printed:find("why: input 'list.csv' differs: it had 13 bytes, now it has 17\n", 1, true), printed)
  end)

  it("names the script and the module of which a byte has changed", function()
    assert.same({ 1, "identical: 2 files\nbut script 'try.lua' is not the one that ran (SHA-256)\n", "" },
      { rerun_after(after_run(), "echo '--' >>try.lua") })
    local code, printed = rerun_after(after_run(), [[echo 'return "holp"' >helper.lua]])
    assert.equal(1, code)
    assert.is_truthy(printed:find("why: module 'helper.lua' differs", 1, true), printed)
  end)

  it("says what is gone, and where it may be now", function()
    local gone = {
      { "rm d/list.csv", "assay: input 'list.csv' is gone: name its folder with --data\n" },
      { "rm helper.lua", "assay: module 'helper.lua' is gone\n" },
      { "mv try.lua else.lua", "assay: the script 'try.lua' is gone: say where it is with --script FILE\n" },
      { "rm out/try/run.json", "assay: cannot read 'out/try/run.json': No such file or directory\n" },
      { "echo '{}' >out/try/run.json",
        "assay: out/try/run.json: this is no record of a run that can be repeated: 'script' is missing or wrong\n" },
    }
    for _, case in ipairs(gone) do
      assert.same({ 3, "", case[2] }, { rerun_after(after_run(), case[1]) })
    end
    assert.equal(0, (rerun_after(after_run(), "mv d e", "--data e")))
    assert.equal(0, (rerun_after(after_run(), "mv try.lua else.lua", "--script else.lua")))
  end)

  it("says which version differs, and that it did not matter", function()
    local change = [[sed -i 's/"gsl": "[^"]*"/"gsl": "1.0"/' out/try/run.json]]
    local code, printed = rerun_after(after_run(), change)
    assert.equal(0, code)
    assert.matches("^identical: 2 files\nbut version differs: gsl was 1.0, now it is %d[%d.]+\n$", printed)
  end)

  it("knows the versions of what only file formats need, where a run had it", function()
    assert.is_nil(assay.read_json(after_run() .. "/out/try/run.json").versions.libzip)
    local folder = after_run [[require "assay".read("list.csv"):write "a.xlsx"]]
    assert.matches("^%d[%d.]+$", assay.read_json(folder .. "/out/try/run.json").versions.libzip)
    assert.same({ 0, "identical: 1 file\n", "" }, { rerun_after(folder, "") })
    local code, printed = rerun_after(folder, [[sed -i 's/"expat": "[^"]*"/"expat": "1.0"/' out/try/run.json]])
    assert.equal(0, code)
    assert.matches("but version differs: expat was 1.0, now it is %d[%d.]+\n$", printed)
  end)

  it("tells outputs that were edited from a result that differs", function()
    local code, printed = rerun_after(after_run(),
      "echo x >>out/try/a.csv; rm out/try/words.json; echo >out/try/more")
    assert.equal(1, code)
    for _, line in ipairs { "a.csv differs from line 4 on (byte 14)", "more does not come out this time",
      "words.json is no longer there", "why: output 'a.csv' was changed after the run",
      "why: 'more' is no output of the run", "why: output 'words.json' was removed after the run" } do
      assert.is_truthy(printed:find(line .. "\n", 1, true), line .. " in\n" .. printed)
    end
  end)

  it("says that a script gives something else each time", function()
    local code, printed = rerun_after(after_run [[
local assay = require "assay"
assay.write_json("seed.json", { assay.seed() })
]], "")
    assert.equal(1, code)
    assert.is_truthy(printed:find("why: result: the script draws under a seed that it makes anew each time\n", 1, true))
  end)

  it("says how a script fails this time", function()
    local code, printed = rerun_after(after_run "assert(require 'assay'.read('list.csv').columns[2] == 'n', 'no n')",
      "printf 'id,m\\nA,1\\n' >d/list.csv")
    assert.equal(1, code)
    assert.equal([[
the script ends with exit code 1 this time: try.lua:1: no n
why: input 'list.csv' differs: it had 13 bytes, now it has 9
]], printed)
  end)

  it("leaves nothing when it is interrupted", function()
    local folder = after_run [[
local assay = require "assay"
if #assay.read "list.csv" == 1 then while true do end end
assay.write_json("a.json", { 1 })
]]
    local before = entries(folder)
    local code = shell(folder, [[printf 'id,n\nA,1\n' >d/list.csv
timeout --preserve-status -s INT 0.5 ]] .. quote(program.file) .. " rerun out/try")
    assert.equal(130, code)
    assert.equal(before, entries(folder))
  end)

  for _, signal in ipairs { "TERM", "HUP" } do
    it("passes a signal on to the run that it started: " .. signal, function()
      local folder = after_run [[
local assay = require "assay"
if #assay.read "list.csv" == 1 then while true do end end
assay.write_json("a.json", { 1 })
]]
      local before = entries(folder)
      local code = shell(folder, [[printf 'id,n\nA,1\n' >d/list.csv
]] .. quote(program.file) .. " rerun out/try & sleep 0.5; kill -" .. signal .. " $!; wait $!")
      assert.equal(130, code)
      assert.equal(before, entries(folder))
    end)
  end

  it("takes no trust from a record", function()
    local folder = after_run()
    local code, _, errors = rerun_after(folder, [[sed -i 's/"profile": "default"/"profile": "trust"/' out/try/run.json]])
    assert.equal(2, code)
    assert.is_truthy(errors:find("say --trust if you trust it too", 1, true))
  end)

  it("keeps what comes out where --keep says", function()
    local folder = after_run()
    assert.equal(0, (rerun_after(folder, "", "--keep kept")))
    assert.equal(support.content(folder .. "/out/try/a.csv"), support.content(folder .. "/kept/a.csv"))
  end)

  it("answers in JSON", function()
    local folder = after_run()
    assert.equal(0, (rerun_after(folder, "", "--json >answer.json")))
    local answer = assay.read_json(folder .. "/answer.json")
    assert.same({ true, 2, "out/try", 0, 0 },
      { answer.identical, answer.files, answer.out, #answer.differences, #answer.reasons })
    assert.equal(1, (rerun_after(folder, "printf 'id,n\\nA,1\\nB,3\\n' >d/list.csv", "--json >answer.json")))
    answer = assay.read_json(folder .. "/answer.json")
    assert.same({ false, "a.csv", "input", "list.csv" },
      { answer.identical, answer.differences[1].name, answer.reasons[1].kind, answer.reasons[1].name })
  end)
end)

describe("assay verify", function()
  local drawing = [[
local assay = require "assay"
assay.plan { frame = assay.read("list.csv", { id = "id" }), size = 2 }:draw { seed = "v" }:write "sample"
]]

  it("says that a sample is what it says, with and without its list", function()
    local folder = after_run(drawing)
    local verified = "verified: out/try/sample is what list, plan and seed give\n"
    assert.same({ 0, verified, "" }, { shell(folder, "assay verify out/try/sample") })
    assert.same({ 0, verified, "" }, { shell(folder, "assay verify out/try/sample d/list.csv") })
  end)

  it("says what differs", function()
    local folder = after_run(drawing)
    local code, printed = shell(folder, "echo C,3 >>d/list.csv; assay verify out/try/sample d/list.csv")
    assert.same({ 1, "the list has 1 case that frame.csv does not have, and lacks 0 that it has\n" }, { code, printed })
    code, printed = shell(folder, "sed -i 's/,1,/,7,/' out/try/sample/frame.csv; assay verify out/try/sample --json >answer.json")
    assert.same({ 1, "" }, { code, printed })
    local answer = assay.read_json(folder .. "/answer.json")
    assert.is_false(answer.verified)
    assert.matches("^frame.csv", answer.differences[1])
  end)

  it("refuses what cannot be compared", function()
    local folder = after_run(drawing)
    assert.equal(3, (shell(folder, "assay verify nowhere")))
    assert.equal(3, (shell(folder, "assay verify out/try/sample none.csv")))
    assert.equal(3, (shell(folder, "echo '{}' >out/try/sample/manifest.json; assay verify out/try/sample d/list.csv")))
  end)
end)
