-- `assay claims`, as it is called.

local assay = require "assay"
local program = require "program"
local support = require "support"

local csv = "id,says,of,at_most,source\nu1,61%,24,,section 4.1\nu2,83%,24,,section 4.1\nr,46%,,58,\nh,over half,3,,\n"
local good = "id,says,of\nu2,83%,24\n"

describe("assay claims", function()
  it("prints verdicts and ends with 1 where a claim cannot hold", function()
    local code, printed, errors = program.call("assay claims c.csv", { ["c.csv"] = csv })
    assert.equal(1, code)
    assert.equal("", errors)
    assert.equal(tostring(assay.published.check(support.file("c.csv", csv))) .. "\n", printed)
    assert.matches("^4 claims: 2 hold, 1 cannot hold, 1 base not stated\ncannot hold: u1, '61%%' %(section 4%.1%)\n", printed)
  end)

  it("ends with 0 where all can", function()
    local code, printed = program.call("assay claims c.csv", { ["c.csv"] = good })
    assert.equal(0, code)
    assert.matches("^1 claim: 1 holds, 0 cannot hold, 0 bases not stated\n", printed)
  end)

  it("says the same in JSON", function()
    local code, printed = program.call("assay claims c.csv --json", { ["c.csv"] = csv })
    assert.equal(1, code)
    local got = assay.read_json(support.file("answer.json", printed))
    assert.same({ holds = 2, cannot_hold = 1, base_not_stated = 1, unchecked = 0 }, got.verdicts)
    assert.same({ id = "u2", says = "83%", verdict = "holds", possible = "20" }, got.claims[2])
    assert.equal("c.csv", got.file)
  end)

  it("takes workbooks, JSON and the options of reading", function()
    local book = support.path "c.xlsx"
    assay.read(support.file("c.csv", csv), { types = { says = "text", of = "text", at_most = "text" } }):write(book)
    assert.equal(1, (program.call("assay claims c.xlsx", { ["c.xlsx"] = support.content(book) })))
    assert.equal(1, (program.call("assay claims c.json", { ["c.json"] = '[{"id":"a","says":"61%","of":24}]' })))
    assert.equal(1, (program.call("assay claims c.txt --delimiter '|'", { ["c.txt"] = (csv:gsub(",", "|")) })))
  end)

  it("takes the options of the function", function()
    local two = { ["c.csv"] = "id,says,of\na,12%,8\nb,over half,3\n" }
    local function code(options) return (program.call("assay claims c.csv " .. options, two)) end
    assert.equal(1, code "")
    assert.equal(0, code "--rounding any_half")
    assert.equal(1, code "--rounding any_half --reading narrow")
    assert.equal(0, code "--rounding any_half --wording house")
  end)

  it("says what was wrong: 2 for usage, 3 for the file", function()
    local cases = {
      { "claims", 2, "missing argument 'FILE'" },
      { "claims c.csv --rounding up", 2, "unknown rounding 'up'" },
      { "claims c.csv --reading norrow", 2, "unknown reading 'norrow': did you mean 'narrow'" },
      { "claims c.csv --wording hous", 2, "unknown wording 'hous': did you mean 'house'" },
      { "claims none.csv", 3, "cannot read 'none.csv'" },
      { "claims twice.csv", 3, "twice.csv, row 2: the id 'a' is that of claim 1" },
      { "claims phrase.csv", 3, "phrase.csv, row 1: unknown phrase 'halff': did you mean 'half'" },
      { "claims bad.json", 3, "bad.json" },
      { "claims list.json --delimiter ';'", 2, "'delimiter' means nothing for a .json file" },
      { "claims list.json", 3, "list.json, claim 1: 'says' is needed" },
      { "claims object.json", 3, "object.json: claims are a list of objects" },
      { "claims column.csv", 3, "column.csv: unknown column of claims 'off': did you mean 'of'" },
      { "claims says.csv", 3, "says.csv: claims need the column 'says'" },
    }
    for _, case in ipairs(cases) do
      local code, printed, errors = program.call("assay " .. case[1], {
        ["c.csv"] = good, ["twice.csv"] = "id,says\na,61%\na,62%\n", ["phrase.csv"] = "id,says\na,halff\n",
        ["bad.json"] = "[{", ["list.json"] = '[{"id":"a"}]',
        ["object.json"] = '{"a":1}', ["column.csv"] = "id,says,off\na,61%,24\n", ["says.csv"] = "id,of\na,24\n",
      })
      assert.same({ case[1], case[2], "" }, { case[1], code, printed })
      assert.matches(case[3], errors, 1, true)
    end
  end)

  it("is told to the run's record when a script checks claims", function()
    local folder = program.folder_with [[local claims = { { id = "a", says = "61%", of = 24 } }
      print(require "assay".published.check(claims).verdicts.cannot_hold)]]
    local code, printed, errors = program.shell(folder, "assay run try.lua")
    assert.same({ 0, "1\n" }, { code, printed })
    assert.matches("1 of 1 cannot hold", errors)
    assert.matches('"claims"', support.content(folder .. "/out/try/run.json"))
    os.execute("rm -r " .. program.quote(folder))
  end)

  it("has help with an example", function()
    assert.matches("assay claims report%.csv", (select(2, program.call "assay claims --help")))
    assert.matches("assay claims FILE", (select(2, program.call "assay help")))
  end)
end)
