-- `assay percent`, as it is called.

local assay = require "assay"
local program = require "program"
local support = require "support"

local function call(words) return program.call("assay percent " .. words) end

--- The JSON that the command prints.
local function answer(words)
  local _, printed, errors = call(words .. " --json")
  assert.equal("", errors)
  return assay.read_json(support.file("answer.json", printed))
end

describe("assay percent", function()
  it("finds that the figures for unpaid work are of 23 cases", function()
    local code, printed, errors = call "61 83 74 70 --max 24"
    assert.same({ 0, "", "n 61% 83% 74% 70%\n23 14 19 17 16\n" }, { code, errors, program.plain(printed) })
  end)

  it("ends with 1 where nothing fits", function()
    local code, printed = call "61 35% --max 24 --rounding floor"
    assert.same({ 1, "no number of cases from 1 to 24 fits 61%, 35%\n" }, { code, printed })
    code, printed = call "120 --max 24"
    assert.same({ 1, "no number of cases from 1 to 24 fits 120%: nothing is above 100%\n" }, { code, printed })
    assert.same({ 1, {} }, { (call "61 --max 17 --json"), answer "61 --max 17".fits })
  end)

  it("says the same in JSON", function()
    local got = answer "61 83 74 70 --max 46 --min 23"
    assert.same({ max = 46, min = 23, percents = { "61", "83", "74", "70" } }, got.asked)
    assert.same({ { n = 23, counts = { 14, 19, 17, 16 } }, { n = 46, counts = { 28, 38, 34, 32 } } }, got.fits)
    assert.same({ { 149, 150, 151 } }, answer "50 --min 300 --max 300".fits[1].counts)
  end)

  it("takes per cents as they are printed", function()
    assert.equal(6, #answer "50 --max 12 --decimals 1".fits)
    assert.same({ "50.0" }, answer "50 --max 12 --decimals 1".asked.percents)
    assert.equal("n 50.0% 33.3%\n6 3 2\n12 6 4\n", program.plain((select(2, call "50.0 33.3% --max 12"))))
    assert.equal(1, #answer "12 --max 8 --rounding half_even".fits)
    assert.equal(163, answer "0.61% --max 200".fits[1].n)
  end)

  it("says what was wrong and ends with 2", function()
    local cases = {
      { "--max 24", "missing argument" },
      { "61", "missing option '%-%-max'" },
      { "0.61 --max 24", "0%.61%? write per cents here: 61" },
      { "61 --max 24 --min 25", "min is 25, above max, 24" },
      { "61 --max 0", "max must be from 1" },
      { "61 --max x", "%-%-max must be a whole number from 0 on, not 'x'" },
      { "61 --max 24 --rounding half", "unknown rounding 'half'" },
      { "61 --max 24 --decimals 7", "%-%-decimals must be at most 6, not 7" },
      { "61.25 --max 24 --decimals 1", "'61%.25' is printed with 2 decimals" },
      { "61x --max 24", "'61x' is no printed per cent" },
      { "61 --max 24 --maximum 3", "unknown option" },
    }
    program.check_refusals(call, cases)
  end)

  it("has help with an example", function()
    assert.matches("assay percent 61 83 74 70 %-%-max 24", (select(2, call "--help")))
    assert.matches("assay percent PERCENT%.%.%. %-%-max N", (select(2, program.call "assay help")))
  end)
end)
