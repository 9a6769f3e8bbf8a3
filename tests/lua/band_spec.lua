-- band_spec.lua: numbers sorted into bands.

local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local loads = assay.frame { columns = { "officer", "cases" }, rows = {
  { "RO1", 40 }, { "RO2", 61 }, { "RO3", 41 }, { "RO4" }, { "RO5", 50 }, { "RO6", 51 },
}, id = "officer" }

describe("band", function()
  it("sorts caseloads into bands that count lists in their order", function()
    local banded = loads:band("cases", { 40, 50, 60 }, { into = "band" })
    assert.same({ "officer", "cases", "band" }, banded.columns)
    assert.equal("officer", banded.id)
    assert.same({ "40 or fewer", "over 60", "41-50", nil, "41-50", "51-60" }, banded:column("band"):list())
    local counts = banded:count "band"
    assert.same({ "40 or fewer", "41-50", "51-60", "over 60" }, { table.unpack(counts:column("band"):list(), 1, 4) })
    assert.same({ 1, 2, 1, 1, 1 }, counts:column("cases"):list())
  end)

  it("lists a band that nobody is in where levels are listed", function()
    local profile = loads:band("cases", { 30, 45 }):profile { columns = "cases_band" }
    assert.same({ "30 or fewer", "31-45", "over 45" }, profile:column("level"):list())
    assert.same({ 0, 2, 3 }, profile:column("cases"):list())
  end)

  it("says or less of numbers that are not whole", function()
    local f = assay.frame { columns = { "hours" }, rows = { { 7.5 }, { 7.6 }, { 20.0 } } }
    assert.same({ "7.5 or less", "over 7.5 to 10", "over 10" }, f:band("hours", { 7.5, 10 }):column("hours_band"):list())
  end)

  it("says what cannot be", function()
    assert.matches("breaks must ascend: break 2, 40, does not", refusal(loads.band, loads, "cases", { 50, 40 }).message)
    assert.matches("bands need at least one break", refusal(loads.band, loads, "cases", {}).message)
    assert.matches("break 1 must be a number, not 'x'", refusal(loads.band, loads, "cases", { "x" }).message)
    assert.matches("what band is given must be a table, not nil", refusal(loads.band, loads, "cases").message)
    assert.matches("a category column has no numbers", refusal(function()
      return assay.frame { columns = { "a" }, rows = { { "x" }, { "x" } } }:band("a", { 1 })
    end).message)
    assert.matches("unknown column 'case': did you mean 'cases'", refusal(loads.band, loads, "case", { 1 }).message)
    assert.matches("unknown option 'intoo': did you mean 'into'",
      refusal(loads.band, loads, "cases", { 1 }, { intoo = "b" }).message)
    local ages = assay.frame { columns = { "age" }, rows = { { 1 }, { 30 } }, private = "age" }:band("age", { 18 })
    assert.same({ age = true, age_band = true }, ages.private)
    assert.matches("two columns are named 'officer'", refusal(loads.band, loads, "cases", { 1 }, { into = "officer" }).message)
  end)
end)
