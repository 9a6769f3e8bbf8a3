local assay = require "assay"
local refusal = require "support".refusal

local recover = assay.published.recover

--- Cells of one base.
local function of(base, ...)
  local cells = {}
  for i, says in ipairs { ... } do cells[i] = { id = base .. i, base = base, says = says } end
  return cells
end

describe("published.recover", function()
  it("finds 14, 19, 17 and 16 of 23 for unpaid work", function()
    local found = recover { max = 24, cells = of("n", "61%", "83%", "74%", "70%") }
    assert.equal(1, found.n)
    assert.same({ { 23 }, { 14 }, { 19 }, { 17 }, { 16 } }, { found.possible.n, found.possible.n1, found.possible.n2,
      found.possible.n3, found.possible.n4 })
    assert.same({ "n", "n1", "n2", "n3", "n4" }, found.tables.columns)
    assert.matches("^1 table fits\n", tostring(found))
    assert.same({}, found.conflict)
  end)

  it("finds every even base for Through the Gate", function()
    local found = recover { max = 24, cells = of("n", "50%", "50%", "50%") }
    assert.equal(12, found.n)
    assert.same({ 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24 }, found.possible.n)
  end)

  it("proves that the reviewing figures are not of one base of 58", function() -- 33 per cent of the 58, and 46 per cent
    local found = recover { max = 100, bases = { sample = 100, relevant = 58 },
      within = { { part = "relevant", whole = "sample" } },
      cells = of("relevant", "33%", "46%") }
    assert.equal(0, found.n)
    assert.same({ "relevant is 58", "relevant2 is 46% of relevant" }, found.conflict)
    assert.is_true(found.minimal)
    assert.equal([[
no table up to 100 fits:
  relevant is 58
  relevant2 is 46% of relevant
these cannot all be so; without any one of them the others can]], tostring(found))
    found = recover { max = 100, bases = { relevant = { max = 58 } }, cells = of("relevant", "33%", "46%") }
    assert.same({ 24, 39, 46, 48, 52, 54, 57 }, found.possible.relevant)
  end)

  it("says that 80 per cent are not of the 52 who were asked", function()
    local found = recover { max = 52, bases = { staff = 52 }, cells = of("staff", "71%", "83%", "90%", "94%", "96%", "80%") }
    assert.same({ "staff is 52", "staff6 is 80% of staff" }, found.conflict)
    assert.equal(1, recover { max = 52, bases = { staff = 52 }, cells = of("staff", "71%", "83%", "90%", "94%", "96%") }.n)
  end)

  it("adds up rows, columns and categories", function()
    local found = recover {
      max = 20, bases = { all = 20, men = true, women = true },
      cells = { { id = "men yes", base = "men", says = "33%" }, { id = "women yes", base = "women", says = "60%" },
        { id = "yes", base = "all", says = "40%" } },
      sums = { { total = "all", parts = { "men", "women" } }, { total = "yes", parts = { "men yes", "women yes" } } },
    }
    -- by hand: 8 of 20; 5 of 15 men and 3 of 5 women is the only way
    assert.equal(1, found.n)
    assert.same({ { 15 }, { 5 }, { 5 }, { 3 }, { 8 } }, { found.possible.men, found.possible["men yes"], found.possible.women,
      found.possible["women yes"], found.possible.yes })
    found = recover { max = 10, bases = { n = 3 }, cells = of("n", "33%", "33%", "33%"),
      sums = { { total = "n", parts = { "n1", "n2", "n3" } } } }
    assert.equal(1, found.n)
    found = recover { max = 10, bases = { n = 4 }, cells = of("n", "25%", "25%", "25%"),
      sums = { { total = "n", parts = { "n1", "n2", "n3" } } } }
    assert.same({ "n1 is 25% of n", "n2 is 25% of n", "n3 is 25% of n", "n is n1 + n2 + n3" }, found.conflict)
  end)

  it("finds the rows and columns of a table of percentages", function()
    local counts = { { 5, 4, 5 }, { 9, 6, 8 }, { 11, 13, 13 } } -- made up: rows of 14, 23 and 37, 74 in all
    local rows, columns, cells, sums = { 14, 23, 37 }, { 25, 23, 26 }, {}, {}
    local function whole(x, n) return ("%d%%"):format((200 * x + n) // (2 * n)) end
    for i = 1, 3 do
      for j = 1, 3 do cells[#cells + 1] = { id = "x" .. i .. j, base = "row" .. i, says = whole(counts[i][j], rows[i]) } end
      sums[#sums + 1] = { total = "row" .. i, parts = { "x" .. i .. 1, "x" .. i .. 2, "x" .. i .. 3 } }
    end
    for j = 1, 3 do
      cells[#cells + 1] = { id = "column" .. j, base = "all", says = whole(columns[j], 74) }
      sums[#sums + 1] = { total = "column" .. j, parts = { "x1" .. j, "x2" .. j, "x3" .. j } }
    end
    sums[#sums + 1] = { total = "all", parts = { "row1", "row2", "row3" } }
    local found = recover { max = 74, bases = { all = 74 }, cells = cells, sums = sums }
    assert.equal(1, found.n)
    for i = 1, 3 do
      assert.same({ rows[i], columns[i] }, { found.possible["row" .. i][1], found.possible["column" .. i][1] })
      for j = 1, 3 do assert.same({ counts[i][j] }, found.possible["x" .. i .. j]) end
    end
    cells[1].says = "34%" -- one figure misprinted: 36 per cent was right
    found = recover { max = 74, bases = { all = 74 }, cells = cells, sums = sums }
    assert.equal(0, found.n)
    assert.matches("x11 is 34%% of row1", table.concat(found.conflict, "\n"))
  end)

  it("takes counts, words and the reading of words", function()
    local found = recover { max = 100, cells = { { id = "x", base = "n", says = "36%", count = 27 } } }
    assert.same({ 74, 75, 76 }, found.possible.n)
    assert.same(found.possible, recover { max = 100, cells = { { id = "x", base = "n", says = "27 (36%)" } } }.possible)
    found = recover { max = 6, bases = { n = 6 }, cells = of("n", "over half") }
    assert.same({ 4, 5, 6 }, found.possible.n1)
    found = recover { max = 6, bases = { n = 6 }, cells = of("n", "over half"), reading = "narrow" }
    assert.equal(0, found.n)
    found = recover { max = 5, bases = { n = 5 }, cells = { { id = "x", base = "n" }, { id = "y", count = 4 } },
      within = { { part = "y", whole = "x" } } }
    assert.same({ 4, 5 }, found.possible.x)
  end)

  it("takes rounding, and bounds that contradict max", function()
    assert.equal(0, recover { max = 8, bases = { n = 8 }, cells = of("n", "12%") }.n)
    assert.equal(1, recover { max = 8, bases = { n = 8 }, cells = of("n", "12%"), rounding = "any_half" }.n)
    local found = recover { max = 5, bases = { n = { min = 2, max = 3 }, m = { min = 4 } },
      within = { { part = "m", whole = "n" } } }
    assert.same({ "m is from 4 to 5", "n is from 2 to 3", "m is within n" }, found.conflict)
    assert.matches("this cannot be$", tostring(recover { max = 5, bases = { n = 9 } }))
  end)

  it("does not search without end", function()
    local cells = { { id = "x", base = "n", says = "37%" } }
    assert.matches("more than 10 tables fit", refusal(recover, { max = 10000, cells = cells, most = 10 }).message)
    local err = refusal(recover, { max = 10000, cells = cells, steps = 50 })
    assert.same({ "usage", "steps" }, { err.kind, err.argument })
    assert.matches("the search takes more than 50 steps", err.message)
    assert.is_true(recover { max = 100, cells = cells }.steps > 0)
  end)

  it("refuses what makes no table, in words", function()
    local cell = { id = "x", base = "n", says = "61%" }
    local cases = {
      { {}, "'max' is needed" },
      { { max = 24 }, "at least one base or cell" },
      { { max = 0, cells = { cell } }, "max must be from 1 to 2147483647, not 0" },
      { { max = 24, cell = { cell } }, "unknown option 'cell': did you mean 'cells'" },
      { { max = 24, cells = { cell, cell } }, "'x' is the name of two bases or cells" },
      { { max = 24, cells = { { id = "" } } }, "needs a name that is not empty" },
      { { max = 24, cells = { { id = "n", base = "n" } } }, "'n' is the name of two" },
      { { max = 24, cells = { { base = "n" } } }, "cells, entry 1: 'id' is needed" },
      { { max = 24, cells = { { id = "x", say = "61%" } } }, "cells, entry 1: unknown option 'say'" },
      { { max = 24, cells = { { id = "x", says = "61%" } } }, "cell x: '61%%' needs 'base'" },
      { { max = 24, cells = { { id = "x", base = "n", says = "14" } } }, "cell x: '14' is a number" },
      { { max = 24, cells = { { id = "x", base = "n", says = "14 of 23" } } }, "states its base: put it into 'bases'" },
      { { max = 99, cells = { { id = "x", base = "n", says = "27 (36%)", count = 26 } } }, "has another count than 26" },
      { { max = 24, cells = { { id = "x", base = "n", says = "halff" } } }, "cell x: unknown phrase 'halff': did you" },
      { { max = 24, cells = { cell }, sums = { { total = "n", parts = { "y" } } } }, "unknown base or cell 'y'" },
      { { max = 24, cells = { cell }, sums = { { total = "n", parts = { "n" } } } }, "'n' cannot be part of itself" },
      { { max = 24, cells = { cell }, sums = { { total = "n", parts = {} } } }, "at least one part" },
      { { max = 24, cells = { cell }, within = { { part = "n", whole = "n" } } }, "'n' cannot be part of itself" },
      { { max = 24, bases = { 24 } }, "bases are given by name" },
      { { max = 24, bases = { n = -1 } }, "base n must be a count from 0 on, not %-1" },
      { { max = 24, bases = { n = { min = 5, max = 4 } } }, "base n: min is 5, above max, 4" },
      { { max = 24, bases = { n = { mx = 4 } } }, "unknown option 'mx'" },
      { { max = 24, cells = { cell }, steps = 2000000000 }, "steps must be from 1 to 1000000000" },
    }
    for _, case in ipairs(cases) do
      local err = refusal(recover, case[1])
      assert.matches(case[2], err.message)
      assert.equal("usage", err.kind)
    end
    local many = {}
    for i = 1, 501 do many[i] = { id = "x" .. i } end
    assert.matches("at most 500 bases and cells", refusal(recover, { max = 24, cells = many }).message)
  end)
end)
