-- pivot_spec.lua: long tables made wide.

local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local f = assay.frame { columns = { "ldu", "gender", "tier" }, rows = {
  { "B", "M", 2 }, { "A", "F", 10 }, { "B", "M", 10 }, { "A", "M", 2 }, { "B" }, { "A", "F", 2 },
} }

describe("pivot", function()
  it("makes a cross table of a count, with 0 where there is no case", function()
    local wide = f:count("ldu", "gender"):pivot { rows = "ldu", columns = "gender", values = "cases" }
    assert.same({ "ldu", "F", "M", "NA" }, wide.columns)
    assert.same({ "A", "B" }, wide:column("ldu"):list())
    assert.same({ 2, 0 }, wide:column("F"):list())
    assert.same({ 1, 2 }, wide:column("M"):list())
    assert.same({ 0, 1 }, wide:column("NA"):list())
    assert.equal(tostring(wide), tostring(f:count("ldu", "gender"):pivot { rows = "ldu", columns = "gender" }))
  end)

  it("fills a table of shares with 0, and leaves other values that are not there missing", function()
    local shares = f:count("ldu", "gender"):pivot { rows = "ldu", columns = "gender", values = "share" }
    assert.same({ 2 / 6, 0 }, shares:column("F"):list())
    local long = assay.frame { columns = { "ldu", "year", "rate" }, rows = { { "A", 2018, 0.5 }, { "B", 2019, 0.25 } } }
    local rates = long:pivot { rows = "ldu", columns = "year", values = "rate" }
    assert.same({ "ldu", "2018", "2019" }, rates.columns)
    assert.same(0.5, rates:column("2018")[1])
    assert.is_nil(rates:column("2018")[2])
  end)

  it("orders levels as count does, numbers by value and declared ones as declared", function()
    assert.same({ "ldu", "2", "10", "NA" }, f:count("ldu", "tier"):pivot { rows = "ldu", columns = "tier" }.columns)
    local declared = assay.frame { columns = { "u", "rosh" }, rows = { { 1, "High" }, { 1, "Low" } },
      levels = { rosh = { "Low", "Medium", "High" } } }
    assert.same({ "u", "Low", "High" }, declared:count("u", "rosh"):pivot { rows = "u", columns = "rosh" }.columns)
  end)

  it("takes a level that is named like a method", function()
    local wide = assay.frame { columns = { "u", "what", "cases" }, rows = { { 1, "count", 3 }, { 1, "head", 4 } } }
      :pivot { rows = "u", columns = "what" }
    assert.equal(3, wide:column("count")[1])
    assert.equal(1, #wide:head(1))
  end)

  it("adds nothing up", function()
    local err = refusal(f.pivot, f, { rows = "ldu", columns = "gender", values = "tier" })
    assert.matches("rows 1 and 3 are for one cell of the table: count first", err.message)
    assert.equal("data", err.kind)
  end)

  it("says what cannot be", function()
    local counts = f:count("ldu", "gender")
    assert.matches("'rows' is needed", refusal(counts.pivot, counts, { columns = "gender" }).message)
    assert.matches("unknown column 'gendr': did you mean 'gender'",
      refusal(counts.pivot, counts, { rows = "ldu", columns = "gendr" }).message)
    assert.matches("unknown option 'value': did you mean 'values'",
      refusal(counts.pivot, counts, { rows = "ldu", columns = "gender", value = "cases" }).message)
    assert.matches("column 'ldu' is asked for twice", refusal(counts.pivot, counts, { rows = "ldu", columns = "ldu" }).message)
    assert.matches("column 'x' is a category column: the values of a table are numbers", refusal(function()
      return assay.frame { columns = { "a", "b", "x" }, rows = { { 1, 2, "y" } }, types = { x = "category" } }
        :pivot { rows = "a", columns = "b", values = "x" }
    end).message)
    local hidden = assay.frame { columns = { "u", "name", "cases" }, rows = { { 1, "Abel", 1 } }, private = "name" }
    local message = refusal(hidden.pivot, hidden, { rows = "u", columns = "name" }).message
    assert.matches("column 'name' is private", message)
    assert.is_nil(message:find "Abel")
    assert.matches("two columns are named 'u'", refusal(function()
      return assay.frame { columns = { "u", "b", "cases" }, rows = { { 1, "u", 1 } } }:pivot { rows = "u", columns = "b" }
    end).message)
  end)

  it("keeps a private column of the rows hidden", function()
    local hidden = assay.frame { columns = { "name", "b", "cases" }, rows = { { "Abel", "x", 1 } }, private = "name" }
    assert.is_nil(tostring(hidden:pivot { rows = "name", columns = "b" }):find "Abel")
  end)
end)
