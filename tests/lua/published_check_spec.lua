-- published.check: what each field of a claim makes of the figure it prints.

local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local check = assay.published.check

--- The rows of a check by id.
local function verdicts(claims, options)
  local by_id = {}
  for row in check(claims, options):rows() do by_id[row.id] = row end
  return by_id
end

local function one(claim, options)
  claim.id = claim.id or "a"
  return verdicts({ claim }, options)[claim.id]
end

local function assert_verdict(verdict, possible, claim, options)
  local row = one(claim, options)
  assert.same({ claim.says, verdict, possible }, { claim.says, row.verdict, row.possible })
  return row
end

describe("a claim of a stated base", function()
  it("holds where a count of it is printed so, and says which", function()
    assert_verdict("holds", "20", { says = "83%", of = 24 })
    assert_verdict("holds", "149-151", { says = "50%", of = 300 })
    assert_verdict("holds", "27", { says = "27 (36%) of 74" })
    assert_verdict("holds", "18", { says = "18 of 51", of = 51 })
    assert_verdict("holds", "42", { says = "58 per cent of the 72 relevant cases" })
    assert_verdict("holds", "15", { says = "almost two-thirds", of = 24 })
    assert_verdict("holds", "40-59", { says = "over two-thirds", of = 59 })
    assert_verdict("holds", "24", { says = "all", of = 24 })
  end)

  it("cannot hold where none is, with the counts on either side", function()
    local row = assert_verdict("cannot hold", nil, { says = "61%", of = 24 })
    assert.equal("no count of 24 is 61%: 14 of 24 is 58.33%, 15 of 24 is 62.50%", row.why)
    row = assert_verdict("cannot hold", nil, { says = "80%", of = 52 })
    assert.matches("41 of 52 is 78.85%%, 42 of 52 is 80.77%%; it can be with rounding floor", row.why)
    assert.matches("^27 is more than 20$", assert_verdict("cannot hold", nil, { says = "27 of 20" }).why)
    assert.matches("^27 of 74 is 36.49%%", assert_verdict("cannot hold", nil, { says = "27 (37%) of 74" }).why)
    assert.equal("no count of 5 is 120%: 5 of 5 is 100.00%", assert_verdict("cannot hold", nil, { says = "120%", of = 5 }).why)
    assert.matches("40 is more than the base, 24", assert_verdict("cannot hold", nil, { says = "40", of = 24 }).why)
    assert_verdict("cannot hold", nil, { says = "more than 30", of = 24 })
  end)

  it("goes by the decimals that are printed", function()
    assert_verdict("holds", "1", { says = "33%", of = 3 })
    assert_verdict("cannot hold", nil, { says = "33.0%", of = 3 })
    assert_verdict("holds", "1", { says = "33.3%", of = 3 })
  end)

  it("goes by the rounding asked for", function()
    assert.matches("with rounding half_even, half_down, floor, any_half$",
      assert_verdict("cannot hold", nil, { says = "12%", of = 8 }).why)
    assert_verdict("holds", "1", { says = "12%", of = 8 }, { rounding = "any_half" })
  end)

  it("takes words literally, or as they are meant", function()
    assert_verdict("holds", "4-5", { says = "over two-thirds", of = 5 })
    assert.is_nil(assert_verdict("holds", "3", { says = "over half", of = 5 }, { reading = "narrow" }).why)
    local row = assert_verdict("holds", "2-3", { says = "over half", of = 3 })
    assert.equal("literally; 'over half' usually means (0.5, 0.6]", row.why)
    row = assert_verdict("cannot hold", nil, { says = "over half", of = 3 }, { reading = "narrow" })
    assert.equal("as 'over half' is usually meant, (0.5, 0.6]; literally it can", row.why)
    row = assert_verdict("cannot hold", nil, { says = "just under half", of = 24 })
    assert.equal("no count of 24 is just under half, [0.47, 0.5): 11 of 24 is 45.83%, 12 of 24 is 50.00%", row.why)
  end)
end)

describe("a claim without a base", function()
  it("lists the bases up to at_most", function()
    assert_verdict("base not stated", "18, 23", { says = "61%", at_most = 24 })
    assert_verdict("base not stated", "2, 4, 6, 8, 10, ..., 24 (12 in all)", { says = "50%", at_most = 24 })
    assert_verdict("base not stated", "74-76", { says = "27 (36%)", at_most = 100 })
    assert_verdict("base not stated", "40-100", { says = "40", at_most = 100 })
  end)

  it("does not go through bases that all fit", function()
    local row = one { says = "61%", at_most = 2147483647 }
    assert.matches("-2147483647 %(21474835%d%d in all%)$", row.possible)
    local fit = 0 -- up to 100, of which every larger base has a count, too
    for n = 1, 100 do fit = fit + (assay.published.consistent(61, n) and 1 or 0) end
    assert.matches(("(%d in all)"):format(2147483647 - 100 + fit), row.possible, 1, true)
  end)

  it("cannot hold where no base up to at_most has such a count", function()
    assert.equal("no base up to 17 has a count that is 61%",
      assert_verdict("cannot hold", nil, { says = "61%", at_most = 17 }).why)
    assert_verdict("cannot hold", nil, { says = "120%", at_most = 1000 })
  end)

  it("goes by the count that is printed with a per cent", function()
    assert_verdict("base not stated", "74-76", { says = "27 (36%)" })
    -- 2,000,000 / 0.365 < n <= 2,000,000 / 0.355
    assert_verdict("base not stated", "5479453-5633802", { says = "2,000,000 (36%)" })
    assert.equal("no base up to 73 has a count that is 27 (36%)",
      assert_verdict("cannot hold", nil, { says = "27 (36%)", at_most = 73 }).why)
    local row = verdicts { { id = "a", says = "27 (36%)", base = "x" }, { id = "b", says = "28 (38%)", base = "x" },
      { id = "c", says = "28 (39%)", base = "y" }, { id = "d", says = "27 (36%)", base = "y" } }
    assert.same({ "74", "74" }, { row.a.possible, row.b.possible }) -- 28 of 73, 74 and 75 is 38%
    assert.same({ "cannot hold", "no base fits it and d; alone: 71-72" }, { row.c.verdict, row.c.why })
  end)

  it("cannot hold where a count is no whole number", function()
    assert.equal("no whole number is '51.5'", assert_verdict("cannot hold", nil, { says = "51.5", of = 100 }).why)
    assert_verdict("cannot hold", nil, { says = "51.5", at_most = 100 })
  end)

  it("does not say that a base is impossible that was not tried", function()
    local row = one { says = "0.000003%" }
    assert.same({ "base not stated", "above 100000" }, { row.verdict, row.possible })
    row = one { says = "0.000001%", at_most = 2147483647 }
    assert.same({ "base not stated", "above 10000001" }, { row.verdict, row.possible })
    row = one { says = "61.234567%", at_most = 2147483647 }
    assert.matches("bases up to 10000001 were tried", row.why)
    assert_verdict("cannot hold", nil, { says = "120%" })
    assert_verdict("cannot hold", nil, { says = "120%", at_most = 2147483647 })
    assert_verdict("cannot hold", nil, { says = "over 100%" })
  end)

  it("says from where on every base fits where nothing bounds it", function()
    assert_verdict("base not stated", "all from 1 on", { says = "none" })
    local row = one { says = "61%" }
    assert.equal("base not stated", row.verdict)
    assert.matches(" and all from %d+ on$", row.possible)
    local from = tonumber(row.possible:match "all from (%d+) on")
    for n = from, 300 do assert.is_true((assay.published.consistent(61, n))) end
    assert.is_false((assay.published.consistent(61, from - 1)))
  end)
end)

describe("claims of one unstated base", function()
  it("have the bases that all of them can have", function()
    local row = verdicts {
      { id = "a", says = "61%", base = "unpaid", at_most = 24 }, { id = "b", says = "83%", base = "unpaid" },
      { id = "c", says = "74%", base = "unpaid" }, { id = "d", says = "70%", base = "unpaid", at_most = 30 },
      { id = "e", says = "61%", base = "other", at_most = 24 },
    }
    assert.same({ "base not stated", "23", "with b, c, d; alone: 18, 23" }, { row.a.verdict, row.a.possible, row.a.why })
    assert.equal("23", row.d.possible)
    assert.equal("18, 23", row.e.possible)
  end)

  it("cannot hold where there is none, and say which of them could alone", function()
    local row = verdicts { { id = "a", says = "61%", base = "x", at_most = 22 }, { id = "b", says = "74%", base = "x" } }
    assert.equal("no base up to 22 fits it and b; alone: 18", row.a.why)
    assert.same({ "cannot hold", "cannot hold" }, { row.a.verdict, row.b.verdict })
  end)

  it("are not all named where they are many", function()
    local list = {}
    for i = 1, 7 do list[i] = { id = "c" .. i, says = "61%", base = "x", at_most = 24 } end
    assert.equal("with c1, c3, c4, c5, c6, c7; alone: 18, 23", verdicts(list).c2.why)
    list[8] = { id = "c8", says = "61%", base = "x" }
    assert.equal("with c1, c3, c4, c5, c6 and 2 others; alone: 18, 23", verdicts(list).c2.why)
  end)

  it("have the base that one of them states, and counts no larger than it", function()
    local row = verdicts { { id = "a", says = "33%", base = "reviews", of = 58 }, { id = "b", says = "46%", base = "reviews" },
      { id = "c", says = "18", base = "reviews" }, { id = "d", says = "60", base = "reviews" } }
    assert.same({ "19", "18", "cannot hold" }, { row.a.possible, row.c.says, row.d.verdict })
    assert.matches("no count of 58 is 46%%: 26 of 58 is 44.83%%, 27 of 58 is 46.55%%", row.b.why)
    row = verdicts { { id = "a", says = "50%", base = "x", at_most = 12 }, { id = "b", says = "9", base = "x" } }
    assert.same({ "10, 12", "10, 12" }, { row.a.possible, row.b.possible })
  end)
end)

describe("a claim whose true value is known", function()
  it("holds where the value is printed so", function()
    assert_verdict("holds", "27", { says = "36%", of = 74, value = 27 })
    assert_verdict("holds", nil, { says = "36%", value = "27 of 74" })
    assert_verdict("holds", nil, { says = "36%", value = 27 / 74 })
    assert_verdict("holds", nil, { says = "36%", value = "36.4999%" })
    assert_verdict("holds", nil, { says = "just over half", value = "24 of 47" })
    assert_verdict("holds", nil, { says = "3,729", value = 3729 })
    assert_verdict("holds", nil, { says = "51", value = 50.8 })
    assert_verdict("holds", nil, { says = "all", value = 1 })
  end)

  it("may be a number below 1, which without one is refused", function()
    assert.equal("the true value is 0.61", assert_verdict("holds", nil, { says = "0.61", value = "0.61" }).why)
  end)

  it("cannot hold where it is not, exactly", function()
    local row = assert_verdict("cannot hold", nil, { says = "70%", of = 33, value = 25 })
    assert.equal("the true value is 25 of 33 (75.76%)", row.why)
    assert_verdict("cannot hold", nil, { says = "36%", value = "36.5%" })
    assert_verdict("holds", nil, { says = "37%", value = 0.365 })
    assert_verdict("cannot hold", nil, { says = "just over half", value = "1 of 2" })
    assert.matches("outside %(3600, no end%)", assert_verdict("cannot hold", nil, { says = "more than 3,600", value = 3600 }).why)
    assert.equal("the true count is 26", assert_verdict("cannot hold", nil, { says = "27 of 74", value = "26", of = 74 }).why)
    assert_verdict("cannot hold", nil, { says = "3,729", value = 3728 })
  end)

  it("says where it holds only literally", function()
    local row = assert_verdict("holds", nil, { says = "over half", value = "9 of 10" })
    assert.matches("literally; 'over half' usually means %(0.5, 0.6%]", row.why)
    row = one({ says = "over half", value = "9 of 10" }, { reading = "narrow" })
    assert.equal("cannot hold", row.verdict)
  end)
end)

describe("published.check", function()
  local list = { { id = "a", says = "61%", of = 24, source = "section 4.1" }, { id = "b", says = "83%", of = 24 },
    { id = 3, says = "70%", at_most = 24 }, { id = "d", says = "nine" } }

  it("heads what it prints with the verdicts, and with what cannot hold", function()
    local found = check(list)
    assert.same({ holds = 2, cannot_hold = 1, base_not_stated = 1, unchecked = 1 }, found.verdicts)
    assert.same({ "id", "says", "verdict", "possible", "why" }, found.columns)
    assert.matches("^4 claims: 2 hold, 1 cannot hold, 1 base not stated; 1 number with nothing to check it against\n"
      .. "cannot hold: a, '61%%' %(section 4.1%)\n\n", tostring(found))
    assert.equal(4, #found)
    assert.equal("3", found:column("id")[3])
  end)

  it("takes a frame and files, whose cells stay as they are printed", function()
    local want = check { { id = "1", says = "50.0%", of = 3 }, { id = "2", says = "1 of 3" },
      { id = "3", says = "7", value = 7 } }
    local csv = support.file("claims.csv", "id,says,of,value\n1,50.0%,3,\n2,1 of 3,,\n3,7,,7\n")
    local objects = '[{"id":1,"says":"50.0%","of":3},{"id":"2","says":"1 of 3","value":null},{"id":3,"says":"7","value":7}]'
    local json, inside = support.file("claims.json", objects), support.file("inside.json", '{"claims":' .. objects .. "}")
    local sheet = support.path "claims.xlsx"
    assay.read(csv, { types = { id = "text", says = "text", of = "text", value = "text" } }):write(sheet)
    for _, from in ipairs { csv, json, inside, sheet, assay.read(csv, { types = { says = "text" } }) } do
      assert.equal(tostring(want), tostring(check(from)))
    end
  end)

  it("reads numbers of a file as they are printed", function()
    local found = check(support.file("numbers.csv", "id,says,value\n1,51.0,51.4\n2,51,51.4\n"))
    assert.same({ "cannot hold", "holds" }, found:column("verdict"):list())
    assert.equal("51.0", found:column("says")[1])
  end)

  it("answers an empty list", function()
    assert.same({ holds = 0, cannot_hold = 0, base_not_stated = 0, unchecked = 0 }, check({}).verdicts)
  end)

  it("refuses claims that contradict themselves, and says which", function()
    local cases = {
      { { { says = "61%" } }, "claim 1: 'id' is needed" },
      { { { id = "a" } }, "claim 1: 'says' is needed" },
      { { { id = "a", says = "  " } }, "claim 1: 'says' is needed" },
      { { { id = "a", says = "61%" }, { id = "a", says = "62%" } }, "claim 2: the id 'a' is that of claim 1" },
      { { { id = "a", says = "61%", off = 24 } }, "claim 1: unknown field 'off': did you mean 'of'" },
      { { { id = "a", says = "61%", of = 24, at_most = 30 } }, "'of' states it: give one of them" },
      { { { id = "a", says = "14 of 23", of = 24 } }, "'14 of 23' is of 23, but 'of' is 24" },
      { { { id = "a", says = "14 of 23", at_most = 24 } }, "states its base, 23" },
      { { { id = "a", says = "61%", of = 0 } }, "of must be a whole number from 1 to 2147483647, not '0'" },
      { { { id = "a", says = "61%", of = 24.5 } }, "not '24.5'" },
      { { { id = "a", says = "61%", of = "24 of 30" } }, "of must be a whole number" },
      { { { id = "a", says = 61.5 } }, "says must be text, not 61.5" },
      { { { id = "a", says = "0.61" } }, "claim 1: '0.61' is a number below 1: if a share is meant write 61%%" },
      { { { id = "a", says = "only 0.075 cases", of = 24, value = 0.07 } }, "if a share is meant write 7.5%%" },
      { { { id = "a", says = true } }, "says must be text, not a boolean" },
      { { { id = "a", says = "allmost half" } }, "claim 1: unknown phrase 'allmost half': did you mean 'almost half'" },
      { { { id = "a", says = ("x"):rep(5000) } }, "claim 1: '" .. ("x"):rep(40) .. "...' is no figure" },
      { { { id = "a", says = "\xff\xfe" } }, "is no figure" },
      { { { id = "a", says = "36%", value = 27 } }, "value 27 is a count, and its base is not stated: give 'of'" },
      { { { id = "a", says = "36%", value = 36.5 } }, "value '36.5' is above 1: a share is 0.365" },
      { { { id = "a", says = "36%", of = 24, value = 27 } }, "value 27 is more than the base, 24" },
      { { { id = "a", says = "36%", value = "half" } }, "value 'half' is none" },
      { { { id = "a", says = "36%", value = -1 } }, "value '%-1' is none" },
      { { { id = "a", says = "36%", base = "x", of = 24 }, { id = "b", says = "36%", base = "x", of = 25 } },
        "claim 2: base 'x' is 25 here and 24 before" },
      { { { id = "a", says = "33%", base = "x", of = 24 }, { id = "b", says = "36%", base = "x", at_most = 20 } },
        "claim 2: base 'x' is 24, but has at most 20" },
      { { "61%" }, "claim 1: must be a table such as" },
      { { id = "a", says = "61%" }, "claims must be a list" },
      { 7, "claims must be a table, not 7" },
    }
    for _, case in ipairs(cases) do
      local err = refusal(check, case[1])
      assert.matches(case[2], err.message)
      assert.equal("usage", err.kind)
    end
  end)

  it("names file and row of a claim that is refused", function()
    local path = support.file("claims.csv", "id,says,of\na,61%,24\nb,halff,24\n")
    local err = refusal(check, path)
    assert.same({ "data", path, 2 }, { err.kind, err.file, err.row })
    assert.matches(", row 2: unknown phrase 'halff': did you mean 'half'", err.message)
    assert.matches("unknown column of claims 'atmost': did you mean 'at_most'",
      refusal(check, support.file("b.csv", "id,says,atmost\na,61%,24\n")).message)
    assert.matches("claims need the column 'says'", refusal(check, support.file("c.csv", "id,of\na,24\n")).message)
    assert.matches("claim 2: 'says' is needed", refusal(check, support.file("d.json", '[{"id":1,"says":"3"},{"id":2}]')).message)
    assert.matches("unknown option 'round'", refusal(check, list, { round = "floor" }).message)
    assert.matches("unknown rounding 'flor': did you mean 'floor'", refusal(check, list, { rounding = "flor" }).message)
  end)
end)
