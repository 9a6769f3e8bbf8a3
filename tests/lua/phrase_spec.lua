local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local published = assay.published

describe("published.phrase", function()
  it("gives the narrow range, or the literal one, and both with their ends", function()
    local lower, upper, phrase = published.phrase "almost two-thirds"
    assert.equal(1799 / 3000, lower)
    assert.equal(2 / 3, upper)
    assert.same({ true, false }, { phrase.lower_closed, phrase.upper_closed })
    lower, upper, phrase = published.phrase "over three-quarters"
    assert.same({ 0.75, 0.85, "narrow" }, { lower, upper, phrase.reading })
    assert.same({ 0.75, 1.0, false, true }, { phrase.literal.lower, phrase.literal.upper, phrase.literal.lower_closed,
      phrase.literal.upper_closed })
    lower, upper = published.phrase("over three-quarters", { reading = "literal" })
    assert.same({ 0.75, 1.0 }, { lower, upper })
  end)

  it("gives numbers for numbers, without an upper end where there is none", function()
    local lower, upper, phrase = published.phrase("more than 3,600", { reading = "literal" })
    assert.same({ 3600.0, math.huge, "number" }, { lower, upper, phrase.kind })
    assert.same({ 5500.0, 6000.0 }, { published.phrase "nearly 6,000", (select(2, published.phrase "nearly 6,000")) })
    assert.equal("nearly 6,000: number [5500, 6000)", tostring(select(3, published.phrase "nearly 6,000")))
  end)

  it("gives the count and the base that are printed with a share", function()
    local _, _, phrase = published.phrase "27 (36 per cent) of the 74 relevant cases"
    assert.same({ 27, 74, "share", false }, { phrase.count, phrase.base, phrase.kind, phrase.convention })
    assert.matches("unknown field of Phrase 'lowr': did you mean 'lower'", refusal(function() return phrase.lowr end).message)
  end)

  it("prints large numbers with all their digits", function()
    local _, _, found = published.phrase "1,234,567"
    assert.equal("1,234,567: number [1234566.5, 1234567.5)", tostring(found))
  end)

  it("prints both readings where they differ", function()
    assert.equal("over half: share (0.5, 0.6], literal (0.5, 1]", tostring(select(3, published.phrase "over half")))
    assert.equal("27 of 20: share none: it is above 1", tostring(select(3, published.phrase "27 of 20")))
  end)

  it("names the nearest phrase where one is not known", function()
    for text, near in pairs { ["allmost two-thirds"] = "almost two-thirds", ["just ovr half"] = "just over half",
      ["nine in tenn"] = "nine in ten" } do
      local err = refusal(published.phrase, text)
      assert.equal("usage", err.kind)
      assert.matches(("unknown phrase '%s': did you mean '%s'?"):format(text, near), err.message, 1, true)
    end
  end)

  it("refuses hostile text in words", function()
    for _, text in ipairs { "", ("half "):rep(100), "\xff\xfe half", "half\0", "\27[31m" } do
      local err = refusal(published.phrase, text)
      assert.matches("is no figure: at most 200 characters", err.message)
      assert.is_true(#err.message < 200)
    end
    assert.matches("beyond those that can be checked", refusal(published.phrase, "5 of 99999999999").message)
    assert.matches("a phrase must be text", refusal(published.phrase, 61).message)
    assert.matches("unknown option 'readings'", refusal(published.phrase, "half", { readings = "x" }).message)
    assert.matches("unknown wording 'hous': did you mean 'house'",
      refusal(published.phrase, "half", { wording = "hous" }).message)
    assert.matches("a wording is a name", refusal(published.phrase, "half", { wording = 3 }).message)
  end)

  it("takes another wording, which a file may hold", function()
    local wording = assay.read_json "data/wordings/house.json"
    wording.modifiers[1].share = { -0.1, 0 }
    assert.equal(0.4, (published.phrase("almost half", { wording = wording })))
    local path = support.path "mine.json"
    assay.write_json(path, wording)
    assert.equal(0.4, (published.phrase("nearly half", { wording = path })))
    wording.modifiers[1].ends = "[["
    assay.write_json(path, wording)
    local err = refusal(published.phrase, "half", { wording = path })
    assert.same({ "data", path }, { err.kind, err.file })
    assert.matches("'ends' in a wording must be one of", err.message)
  end)
end)

-- The key questions of the report of March 2019 that it gives in words as well as in per cent: annex 2 beside the text.
describe("the house's wording", function()
  it("fits the words of the report beside its per cents", function()
    for _, row in ipairs {
      { "almost two-thirds", 63 }, { "just over half", 53 }, { "six out of ten", 60 }, { "almost three-quarters", 73 },
      { "just over half", 52 }, { "less than half", 42 }, { "almost two-thirds", 65 }, { "less than half", 46 },
      { "almost two-thirds", 61 }, { "over three-quarters", 83 }, { "almost three-quarter", 74 }, { "over two-thirds", 70 },
      { "half", 50 },
    } do
      local lower, upper = published.phrase(row[1])
      assert.is_true(row[2] / 100 >= lower and row[2] / 100 <= upper, row[1])
    end
  end)

  it("knows the ways in which the same is said", function()
    for _, row in ipairs {
      { "slightly more than half", "just over half" }, { "a little over a third", "just over a third" },
      { "A little less than half", "just under half" }, { "close to 60 per cent", "about 60%" },
      { "not more than one in ten", "at most one in ten" }, { "not less than 80%", "at least 80%" },
    } do
      local one, other = select(3, published.phrase(row[1])), select(3, published.phrase(row[2]))
      for _, reading in ipairs { "narrow", "literal" } do assert.same(one[reading], other[reading], row[1]) end
    end
  end)
end)

describe("published.phrases", function()
  local function says(...)
    local list = {}
    for i, one in ipairs(published.phrases(...)) do list[i] = one.says end
    return list
  end

  local function has(list, text)
    for _, one in ipairs(list) do if one == text then return true end end
    return false
  end

  it("gives phrases whose ranges hold the share, the narrowest first", function()
    local found = published.phrases "27 of 74"
    local before = 0
    for _, one in ipairs(found) do
      assert.is_true(one.lower <= 27 / 74 and one.upper >= 27 / 74, one.says)
      assert.is_true(one.upper - one.lower >= before - 1e-9)
      before = one.upper - one.lower
      assert.same({ published.phrase(one.says) }, { one.lower, one.upper, (select(3, published.phrase(one.says))) })
    end
    assert.is_true(has(says "27 of 74", "just over a third"))
    assert.is_false(has(says "27 of 74", "almost a third"))
    assert.matches("│ just over a third", tostring(found), 1, true)
  end)

  it("keeps open ends open, exactly", function()
    assert.is_false(has(says "1 of 3", "just over a third"))
    assert.is_false(has(says "33 of 99", "almost a third"))
    assert.is_true(has(says "34 of 99", "just over a third"))
    assert.is_true(has(says(1), "all"))
    assert.is_false(has(says "73 of 74", "all"))
    assert.is_true(has(says(0.92, { reading = "literal" }), "over half"))
    assert.is_false(has(says(0.92), "over half"))
  end)

  it("refuses what is no share", function()
    assert.matches("a share is from 0 to 1: 61%? write 0%.61", refusal(published.phrases, 61).message)
    assert.matches("a share is from 0 to 1", refusal(published.phrases, "27 of 20").message)
    assert.matches("'half' is no share", refusal(published.phrases, "half").message)
    assert.matches("is no share", refusal(published.phrases, -0.5).message)
    assert.matches("is no share", refusal(published.phrases, 0 / 0).message)
    assert.matches("a share is a number from 0 to 1", refusal(published.phrases, {}).message)
  end)
end)
