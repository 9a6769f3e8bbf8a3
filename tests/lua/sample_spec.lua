local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local function draw(folder, seed)
  local f = support.cases(50)
  local sample = assay.plan { frame = f, strata = "gender", size = 13, reserve = 0.20 }:draw { seed = seed or "s1" }
  return sample:write(folder), f
end

describe("a sample's folder", function()
  it("opens as the sample that was written", function()
    local folder = support.path "sample"
    local sample = draw(folder)
    local again = assay.open_sample(folder)
    assert.equal(tostring(sample.cases), tostring(again.cases))
    assert.equal("s1", again.seed)
    assert.equal(0.2, again.plan.reserve)
    assert.equal(tostring(sample:balance { "gender", "unit" }), tostring(again:balance { "gender", "unit" }))
  end)

  it("is the same bytes every time, and is left alone when written again", function()
    local one, two = support.path "one", support.path "two"
    local sample = draw(one)
    draw(two)
    assert.same(support.folder_of(one), support.folder_of(two))
    sample:write(one)
    local err = refusal(draw, one, "s2")
    assert.equal("data", err.kind)
    assert.matches("holds something else", err.message)
    assert.is_true(assay.verify(one))
  end)

  it("proves itself, and with the list too", function()
    local folder = support.path "sample"
    local _, f = draw(folder)
    assert.is_true(assay.verify(folder))
    assert.is_true(assay.verify(folder, f))
    local same, differences = assay.verify(folder, f:where(function(row) return row.case_id ~= "0001" end))
    assert.is_false(same)
    assert.matches("lacks 1 that it has", tostring(differences))
  end)

  it("says where it was edited", function()
    local edits = {
      { "sample.csv", "\n(%d+),", "\n9999,", "sample.csv, row 1: column 'case_id'" },
      { "frame.csv", "\n(%d+),", "\n9999,", "fingerprint" },
      { "manifest.json", '"seed": "s1"', '"seed": "s2"', "column 'ticket'" },
      { "manifest.json", '"sample": 4', '"sample": 5', "size" },
      { "manifest.json", '"reserve": 0.2', '"reserve": 0.3', "manifest.json is not as it was written" },
      { "manifest.json", '"digest": "%x', '"digest": "g', "manifest.json is not as it was written" },
      { "manifest.json", '  "digest"[^\n]*\n', "", "manifest.json is not as it was written" },
    }
    for _, edit in ipairs(edits) do
      local folder = support.path "sample"
      draw(folder)
      support.edit(folder .. "/" .. edit[1], edit[2], edit[3])
      local same, differences = assay.verify(folder)
      assert.is_false(same)
      assert.matches(edit[4], tostring(differences), 1, true)
      local err = refusal(assay.open_sample, folder)
      assert.equal("data", err.kind)
      assert.matches("edited after it was drawn", err.message)
    end
  end)

  it("that is not there, or of another kind, is said", function()
    assert.matches("cannot open the folder 'nowhere'", refusal(assay.open_sample, "nowhere").message)
    local folder = support.path "sample"
    draw(folder)
    local path = folder .. "/manifest.json"
    support.edit(path, "prn%-1", "prn-9")
    local err = refusal(assay.verify, folder)
    assert.matches("contract 'prn%-9' is not known", err.message)
    assert.matches("the sample in '" .. folder, err.message, 1, true)
    assert.equal(path, err.file)
  end)
end)

describe("balance", function()
  it("sets sample beside population", function()
    local b = assay.plan { frame = support.cases(50), strata = "gender", size = 13 }:draw { seed = "s1" }:balance "gender"
    assert.same({ 16, 34 }, b:column("population"):list())
    assert.same({ 4, 9 }, b:column("sample"):list())
    assert.equal(0.32, b:column("population_share")[1])
    assert.near(4 / 13 - 0.32, b:column("difference")[1], 1e-15)
  end)

  it("names the nearest column", function()
    local sample = assay.plan { frame = support.cases(50), size = 13 }:draw { seed = "s1" }
    assert.matches("unknown column 'gendre': did you mean 'gender'", refusal(sample.balance, sample, "gendre").message)
  end)
end)

describe("seed", function()
  it("is fresh and fit to be used", function()
    local a, b = assay.seed(), assay.seed()
    assert.matches("^%x+$", a)
    assert.equal(32, #a)
    assert.are_not.equal(a, b)
  end)
end)
