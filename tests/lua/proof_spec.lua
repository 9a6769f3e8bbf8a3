-- proof_spec.lua: folders edited by somebody who wrote the digests anew.

local assay = require "assay"
local support = require "support"
local refusal, plan = support.refusal, support.plan

local sds = { A = 0.5, B = 0.4, C = 0.3 }
local sizes = { A = 9, B = 7, C = 4 }

--- The folder of a sample by a plan, edited in its manifest by pairs of pattern and text, and forged.
local function forged(options, ...)
  local folder, edits = support.path "forged", { ... }
  plan(options):draw { seed = "s" }:write(folder)
  for i = 1, #edits, 2 do support.edit(folder .. "/manifest.json", edits[i], edits[i + 1]) end
  support.forge(folder)
  return folder
end

--- What is said of it; opening refuses with the first of the same words.
local function found(...)
  local folder = forged(...)
  local same, differences = assay.verify(folder)
  if same then error("the folder was believed", 2) end
  local err = refusal(assay.open_sample, folder)
  assert.equal("data", err.kind)
  assert.equal(("the sample in '%s' was edited after it was drawn: %s"):format(folder, differences[1]), err.message)
  assert.equal(folder, err.file)
  return tostring(differences)
end

describe("the plan in a folder", function()
  it("is solved again, whatever the rule", function()
    local plans = {
      { size = 20 }, { size = 20, reserve = 0.2 }, { confidence = 0.8, margin = 0.1 },
      { confidence = 0.8, margin = 0.1, proportion = 0.3, reserve = 1 / 3 },
      { size = 20, allocation = "equal", minimum = { A = 9 }, maximum = { C = 3 } },
      { size = 20, allocation = "neyman", sd = sds, minimum = 0 },
      { size = 20, allocation = "neyman_exact", sd = sds, maximum = 8 },
      { size = 20, allocation = "optimal", sd = sds, cost = { A = 3, B = 0.1, C = 1e-3 } },
      { size = 20, allocation = "power" }, { size = 20, allocation = "power", power = 0.3 },
      { size = 20, allocation = sizes, reserve = 0.2 }, { size = 20, rounding = "random", reserve = 0.2 },
      { size = 20, rounding = "round_robin", reserve = 0.2 }, { size = 20, strata = {} },
    }
    for i, options in ipairs(plans) do
      local same, differences = assay.verify(forged(options))
      assert.is_true(same, ("%d: %s"):format(i, tostring(differences)))
    end
  end)

  local asked = '\n    "size": 20'

  it("is solved again above its cells", function()
    local function options(size)
      return { frame = support.cases(120), strata = "gender", size = size, rounding = "round_robin", within = "unit",
        reserve = 0.2 }
    end
    assert.is_true(assay.verify(forged(options(24))))
    -- 6 and 12, with 1 and 2 reserves; in all it is to be 18 and 4: the smaller gets one more
    assert.equal("stratum 'F' has a sample of 7 and 1 reserves in the manifest, but its plan gives 6 and 2\n"
      .. "stratum 'M' has a sample of 13 and 3 reserves in the manifest, but its plan gives 12 and 2",
      found(options(20), asked, '\n    "size": 18'))
  end)

  it("is solved again for the units of two stages", function()
    local function staged(more)
      local rows = {}
      for unit = 1, 9 do
        for i = 1, 4 + unit do rows[#rows + 1] = { ("%d-%02d"):format(unit, i), "unit " .. unit, unit <= 3 and "N" or "S" } end
      end
      local options = { frame = assay.frame { columns = { "id", "office", "region" }, rows = rows, id = "id" }, strata = "region",
        reserve = 0.4, stages = { unit = "office", units = 6, cases = 5, method = "srs" } }
      for name, value in pairs(more or {}) do options[name] = value end
      return options
    end
    local chosen = staged()
    chosen.stages.units = { N = 2, S = 4 }
    local in_proportion = staged()
    in_proportion.stages.method = "pareto"
    for _, options in ipairs { staged(), staged { allocation = "equal" }, staged { minimum = 1, maximum = { S = 5 } },
      staged { allocation = "power", power = 0.3 }, chosen, in_proportion } do
      local folder = support.path "forged-stages"
      assay.plan(options):draw { seed = "s" }:write(folder)
      assert.is_true(assay.verify(folder))
    end
    local function claim(...)
      local folder, edits = support.path "forged-stages", { ... }
      assay.plan(chosen):draw { seed = "s" }:write(folder)
      for i = 1, #edits, 2 do support.edit(folder .. "/manifest.json", edits[i], edits[i + 1]) end
      support.forge(folder)
      return tostring(select(2, assay.verify(folder)))
    end
    assert.equal("stratum 'N' has 2 units in the manifest, but its plan gives 3\n"
      .. "stratum 'S' has 4 units in the manifest, but its plan gives 3", claim('"by stratum"', '"equal"'))
    assert.equal("the stages in the manifest have 2 reserves of each unit, but its plan gives 3",
      claim('\n    "reserve": 0.4', '\n    "reserve": 0.6'))
    assert.equal("the plan in the manifest cannot be solved again: 'reserve' must be a share",
      claim('\n    "reserve": 0.4', '\n    "reserve": -0.4'))
    assert.matches("cannot be solved again: unknown allocation 'wright'", claim('"by stratum"', '"wright"'))
  end)

  it("does not give sizes that somebody chose", function()
    local function claim(words, ...)
      local said = found({ size = 20, allocation = sizes, reserve = 0.2 }, '"allocation": "by stratum"', words, ...)
      assert.matches("^stratum 'A' has a sample of 9 and 2 reserves in the manifest, but its plan gives", said)
      return said
    end
    assert.matches("its plan gives 10 and 2\nstratum 'B' has a sample of 7 and 1 reserves in the manifest, but its plan "
      .. "gives 6 and 1$", claim '"allocation": "proportional"')
    assert.matches("its plan gives 7 and 1\nstratum 'C' has a sample of 4 and 1 reserves in the manifest, but its plan "
      .. "gives 6 and 1$", claim '"allocation": "equal"')
    -- 120 / 2, 80 / 2 and 52 / 4 of 113, times 20: 10.6, 7.1, 2.3
    assert.matches("gives 11 and 2\n.*'C'.*gives 2 and 0$",
      claim '"allocation": "neyman", "sd": { "A": 0.5, "B": 0.5, "C": 0.25 }')
  end)

  it("holds its size, bounds, measures and reserves", function()
    local some = { size = 20, minimum = { C = 5 } }
    assert.matches("stratum 'A' has a sample of 9 and 0 reserves in the manifest, but its plan gives 10 and 0",
      found(some, '"C": 5', '"C": 2'), 1, true)
    assert.matches("'C' has a sample of 4 and 0 reserves in the manifest, but its plan gives 3 and 0",
      found({ size = 20 }, asked, '\n    "maximum": { "C": 3 }' .. "," .. asked), 1, true)
    assert.equal("stratum 'B' has a sample of 6 and 0 reserves in the manifest, but its plan gives 7 and 0",
      found({ size = 20 }, asked, '\n    "size": 21'))
    assert.matches("'A' has a sample of 10 and 2 reserves in the manifest, but its plan gives 10 and 1",
      found({ size = 20, reserve = 0.2 }, '"reserve": 0.2', '"reserve": 0.1'), 1, true)
    assert.matches("but its plan gives", found({ size = 20, allocation = "optimal", sd = sds, cost = { A = 1, B = 1, C = 1 } },
      '"A": 1', '"A": 9'), 1, true)
    assert.matches("but its plan gives", found({ size = 20, allocation = "power" }, '"power": 0.5', '"power": 0'), 1, true)
    assert.matches("'A' has a sample of 9.523809523809524 and 0 reserves in the manifest, but its plan gives 10 and 0",
      found({ size = 20, rounding = "random" }, asked, '\n    "minimum": { "A": 10 }' .. "," .. asked), 1, true)
  end)

  it("holds what confidence and margin need", function()
    local function options() return { confidence = 0.8, margin = 0.1 } end
    -- n0 = 1.28155^2 / 4 / 0.01 = 41.06; 252 cases: 35.4
    assert.matches("the plan in the manifest is of 35 cases, but its confidence and margin need 36",
      found(options(), '\n    "size": 36', '\n    "size": 35'), 1, true)
    local said = found(options(), '"margin": 0.1', '"margin": 0.09')
    assert.matches("is of 36 cases, but its confidence and margin need 43\nstratum 'A'", said, 1, true) -- 42.2
    assert.matches("its confidence and margin need", found(options(), '"margin": 0.1', '"margin": 0.1, "proportion": 0.2'),
      1, true)
  end)

  it("that cannot be solved says why", function()
    local cannot = "the plan in the manifest cannot be solved again: "
    local function why(pattern, to) return found({ size = 20, minimum = 4 }, pattern, to) end
    assert.equal(cannot .. "the minimums of the strata add up to 75 cases, the sample has 20",
      why('"minimum": 4', '"minimum": 25'))
    assert.equal(cannot .. "a sample of 2000 cannot be drawn from 252 cases", why(asked, '\n    "size": 2000'))
    assert.equal(cannot .. "'size' must be a count", why(asked, '\n    "size": "20"'))
    assert.equal(cannot .. "allocation 'neyman' needs 'sd', the standard deviation in each stratum by its label",
      why('"proportional"', '"neyman"'))
    assert.matches(cannot .. "unknown allocation 'propotional': did you mean 'proportional'?",
      why('"proportional"', '"propotional"'), 1, true)
    assert.matches(cannot .. "minimum must be a count from 0 on, not a", why('"minimum": 4', '"minimum": true'), 1, true)
    assert.matches(cannot .. "unknown stratum in minimum 'D'", why('"minimum": 4', '"minimum": { "D": 1 }'), 1, true)
  end)

  it("of release 0.1 is solved as it was then", function()
    local folder, again = "tests/contracts/prn-1-0.1-allocated", support.path "again"
    assert.is_true(assay.verify(folder))
    -- n0 = 1.645^2 0.21 / 0.0144 = 39.46: 20 of 38; in proportion to 13 0.5 / sqrt 1.5 and 25 0.3 / sqrt 0.7: 7.44, 12.56
    assert.same({ 7, 13 }, support.sizes(assay.open_sample(folder):write(again).plan))
    assert.same(support.folder_of(folder), support.folder_of(again))
  end)

  it("that does not keep the size is believed", function()
    local size = '\n    "size": 20'
    assert.is_true(assay.verify(forged({ size = 20, minimum = 2 }, ',' .. size, '')))
  end)
end)

describe("the steps in a folder", function()
  local function list()
    local more = assay.frame { columns = { "id", "kind" }, id = "id",
      rows = { { "x", "D" }, { "y", "D" }, { "z", "D" }, { "x2", "D" }, { "y2", "D" }, { "z2", "D" } } }
    return support.strata { A = 120, B = 80, C = 52 }:exclude("C", { kind = "C" }):append(more)
  end

  it("lead to its list", function()
    assert.is_true(assay.verify(forged { frame = list(), size = 20 }))
    local why = "step 2 of the list in the manifest does not follow from the one before it"
    assert.equal(why, found({ frame = list(), size = 20 }, '"removed": 52', '"removed": 51'))
    assert.equal(why, found({ frame = list(), size = 20 }, '"removed": 52', '"removed": "52"'))
    assert.equal("step 3 of the list in the manifest does not follow from the one before it",
      found({ frame = list(), size = 20 }, '"added": 6', '"added": 5'))
    assert.equal("the steps of the list in the manifest leave 253 cases, frame.csv has 252",
      found({ size = 20 }, '"rows": 252', '"rows": 253'))
    assert.is_true(assay.verify(forged({ size = 20 }, '"steps": %b[]', '"steps": []')))
    assert.is_true(assay.verify(forged({ size = 20 }, '"steps": %b[]', '"steps": 7')))
    assert.matches("step 1 of the list", found({ size = 20 }, '"steps": %b[]', '"steps": [7]'))
  end)
end)
