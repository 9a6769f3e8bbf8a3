-- pick_spec.lua: cells, caps and sizes rounded by chance, and the folders that prove them.

local assay = require "assay"
local support = require "support"
local reference = require "reference"
local refusal, cases, plan, sizes, numbers = support.refusal, support.strata, support.plan, support.sizes, support.numbers

-- ---- the Ministry's sampler --------------------------------------------------------------------

describe("round_robin", function()
  it("gives the sizes of the Ministry's sampler, reserves with them", function()
    for _, row in ipairs(reference.rows("sampler.csv", function(row) return row.kind == "proportional" end)) do
      local strata, total = {}, 0
      for h, n in ipairs(numbers(row.items)) do
        strata[("s%d"):format(h)] = n
        total = total + n
      end
      local size = tonumber(row.total)
      if size <= total then
        local p = plan { frame = cases(strata), size = size, rounding = "round_robin", reserve = tonumber(row.parameter) / 100 }
        local drawn = sizes(p)
        for h, n in ipairs(p.strata:column("reserve"):list()) do drawn[h] = drawn[h] + n end
        assert.same(numbers(row.expected), drawn, row.name)
        assert.equal(size, p.size)
      end
    end
  end)
end)

--- Ten officers in four units of two clusters, numbers that divide evenly by nothing.
local function officers()
  local list = { { 7, "c1", "u1", "o1" }, { 23, "c1", "u1", "o2" }, { 1, "c1", "u1", "o3" }, { 17, "c1", "u2", "o4" },
    { 2, "c1", "u2", "o5" }, { 31, "c2", "u3", "o6" }, { 5, "c2", "u3", "o1" }, { 11, "c2", "u4", "o8" },
    { 1, "c2", "u4", "o9" }, { 3, "c2", "u4", "o2" } }
  local parts = {}
  for i, part in ipairs(list) do
    parts[#parts + 1] = { "F", (part[1] + i) // 3, part[2], part[3], part[4] }
    parts[#parts + 1] = { "M", part[1] - (part[1] + i) // 3 + 2, part[2], part[3], part[4] }
  end
  return cases(parts, { "cluster", "ldu", "officer" })
end

--- The rule told again, over plain tables: sizes by group, and for what is drawn of each officer's cell.
local function share(total, groups)
  local all, sum, list = 0, 0, {}
  for _, group in ipairs(groups) do all = all + group.n end
  for i, group in ipairs(groups) do
    list[i] = math.min(group.n, math.floor(total * group.n / all + 0.5))
    sum = sum + list[i]
  end
  local order, step = {}, sum < total and 1 or -1
  for i in ipairs(groups) do order[i] = i end
  table.sort(order, function(a, b)
    if list[a] ~= list[b] then return (list[a] < list[b]) == (step == 1) end
    return a < b
  end)
  local at = 0
  while sum ~= total do
    local i = order[at % #order + 1]
    at = at + 1
    if step == 1 and list[i] < groups[i].n or step == -1 and list[i] > 0 then
      list[i], sum = list[i] + step, sum + step
    end
  end
  return list
end

--- The rows parted by a column, in byte order of its levels.
local function part(rows, column)
  local groups, by_level = {}, {}
  for _, row in ipairs(rows) do
    local level = row[column]
    if not by_level[level] then
      by_level[level] = { level = level, n = 0, rows = {} }
      groups[#groups + 1] = by_level[level]
    end
    local group = by_level[level]
    group.n = group.n + 1
    group.rows[group.n] = row
  end
  table.sort(groups, function(a, b) return a.level < b.level end)
  return groups
end

local function cap_group(groups, list, held, cap)
  local removed = 0
  for i, group in ipairs(groups) do
    local room = math.max(0, cap - (held[group.level] or 0))
    if list[i] > room then removed, list[i] = removed + list[i] - room, room end
    held[group.level] = (held[group.level] or 0) + list[i]
  end
  local order = {}
  for i in ipairs(groups) do order[i] = { i, list[i] } end
  table.sort(order, function(a, b) return a[2] < b[2] or a[2] == b[2] and a[1] < b[1] end)
  local at, stuck = 0, 0
  while removed > 0 and stuck < #order do
    local i = order[at % #order + 1][1]
    at = at + 1
    if list[i] < groups[i].n and held[groups[i].level] < cap then
      list[i], held[groups[i].level], removed, stuck = list[i] + 1, held[groups[i].level] + 1, removed - 1, 0
    else
      stuck = stuck + 1
    end
  end
end

local function expected_cells(frame, drawn, cap)
  local rows, held, cells = {}, {}, {}
  for row in frame:rows() do rows[#rows + 1] = row end
  for h, stratum in ipairs(part(rows, "kind")) do
    local clusters = part(stratum.rows, "cluster")
    for c, n_cluster in ipairs(share(drawn[h], clusters)) do
      local units = part(clusters[c].rows, "ldu")
      for u, n_unit in ipairs(share(n_cluster, units)) do
        local groups = part(units[u].rows, "officer")
        local list = share(n_unit, groups)
        if cap then cap_group(groups, list, held, cap) end
        for i, group in ipairs(groups) do
          cells[table.concat({ stratum.level, clusters[c].level, units[u].level, group.level }, "/")] = list[i]
        end
      end
    end
  end
  return cells
end

local function drawn_cells(frame, sample)
  local cells = {}
  for row in frame:rows() do cells[table.concat({ row.kind, row.cluster, row.ldu, row.officer }, "/")] = 0 end
  for row in sample.cases:rows() do
    local name = table.concat({ row.kind, row.cluster, row.ldu, row.officer }, "/")
    cells[name] = cells[name] + 1
  end
  return cells
end

local within = { "cluster", "ldu", "officer" }

describe("within", function()
  it("draws from each officer what the Ministry's sampler draws", function()
    for _, row in ipairs(reference.rows("sampler.csv", function(row) return row.kind == "nested" end)) do
      local parts, names = {}, {}
      for cluster, ldu, officer, n in row.items:gmatch "([^|;]+)|([^|]+)|([^:]+):(%d+)" do
        parts[#parts + 1] = { "all", tonumber(n), cluster, ldu, officer }
        names[#names + 1] = officer
      end
      local frame = cases(parts, within)
      local p = plan { frame = frame, size = tonumber(row.total), rounding = "round_robin", within = within,
        cap = row.parameter and { officer = tonumber(row.parameter) } }
      local drawn, got = {}, {}
      for case in p:draw { seed = "s" }.cases:rows() do drawn[case.officer] = (drawn[case.officer] or 0) + 1 end
      for i, officer in ipairs(names) do got[i] = drawn[officer] or 0 end
      assert.same(numbers(row.expected), got)
    end
  end)

  it("follows the rule told again, with reserves and caps over all strata", function()
    local frame, zeros = officers(), 0
    for size = 5, 60, 5 do
      for cap = 2, 12, 5 do
        for _, reserve in ipairs { 0, 0.2 } do
          local options = { frame = frame, size = size, rounding = "round_robin", reserve = reserve, minimum = 0 }
          local asked, drawn = plan(options), {}
          for h, n in ipairs(asked.strata:column("reserve"):list()) do drawn[h] = sizes(asked)[h] + n end
          options.within, options.cap = within, { officer = cap }
          local p = plan(options)
          local sample = p:draw { seed = "s" }
          assert.same(expected_cells(frame, drawn, cap), drawn_cells(frame, sample))
          zeros = zeros + p.zero_probability
          local missing = asked.size - p.size
          if missing > 0 then assert.matches("there is no room for more", p.shortfall[1]) end
        end
      end
    end
    assert.is_true(zeros > 0)
  end)

  it("counts who has no chance, and marks the plan and its survey", function()
    local frame = officers()
    local p = plan { frame = frame, size = 24, rounding = "round_robin", within = within, cap = { officer = 3 }, reserve = 0.2 }
    assert.equal("model_based", p.status)
    local sample = p:draw { seed = "s" }
    local chance = {}
    for row in sample.cases:rows() do
      if row.role == "sample" then chance[row.kind .. row.cluster .. row.ldu .. row.officer] = true end
    end
    local none = 0
    for row in frame:rows() do none = none + (chance[row.kind .. row.cluster .. row.ldu .. row.officer] and 0 or 1) end
    assert.equal(none, p.zero_probability)
    assert.matches(("%d of %d cases have probability 0"):format(none, #frame), tostring(p))
    local answers = {}
    for row in sample.cases:rows() do
      if row.role == "sample" then answers[#answers + 1] = { row.id, row.rank % 2 == 0 and "Yes" or "No" } end
    end
    local survey = assay.survey { sample = sample, values = { yes = "Yes", no = "No" },
      answers = assay.frame { columns = { "id", "q" }, rows = answers, id = "id" } }
    assert.equal("model_based", survey.status)
    assert.matches("model%-based: within its strata", tostring(survey))
    local result = survey:proportion("q", { confidence = 0.8 })
    assert.equal("model_based", result.status)
    assert.equal("model-based", result.flags[#result.flags])
    assert.is_nil(plan { size = 9 }.status)
  end)

  it("takes sizes by stratum and an exact rule", function()
    local frame = officers()
    local by_label = { F = 4, M = 6 }
    assert.same({ 4, 6 }, sizes(plan { frame = frame, allocation = by_label, rounding = "round_robin", within = "officer" }))
    assert.equal(10, plan { frame = frame, size = 10, allocation = "neyman_exact", sd = { F = 1, M = 2 },
      rounding = "round_robin", within = within }.size)
  end)

  it("refuses a case without an officer, with its row", function()
    local frame = assay.frame { columns = { "id", "officer" }, rows = { { "a", "x" }, { "b" }, { "c", "x" } }, id = "id" }
    local err = refusal(assay.plan, { frame = frame, size = 2, within = "officer", rounding = "round_robin" })
    assert.equal("EMISSING", err.code)
    assert.equal(2, err.row)
    assert.equal(2, refusal(assay.plan, { frame = frame, size = 2, cap = { officer = 2 } }).row)
  end)
end)

-- ---- caps and chance ---------------------------------------------------------------------------

describe("cap", function()
  it("alone passes over, lists whom, and estimates probabilities", function()
    local p = plan { frame = officers(), size = 24, cap = { officer = 3 }, reserve = 0.2 }
    assert.is_nil(p.status)
    local sample, held = p:draw { seed = "s" }, {}
    for row in sample.cases:rows() do held[row.officer] = (held[row.officer] or 0) + 1 end
    for _, n in pairs(held) do assert.is_true(n <= 3) end
    assert.equal("estimated", sample.probabilities)
    assert.is_true(#sample.passed_over > 0)
    assert.same({ "id", "kind", "cluster", "ldu", "officer", "stratum", "role", "ticket" }, sample.passed_over.columns)
    for row in sample.passed_over:rows() do assert.equal(3, held[row.officer]) end
    assert.matches("passed over because their 'officer' has 3 already: probabilities are estimated", tostring(sample))
  end)

  it("that nobody reaches leaves the sample as it is", function()
    local options = { frame = officers(), size = 24 }
    local without = plan(options):draw { seed = "s" }
    options.cap = { officer = 50 }
    local with = plan(options):draw { seed = "s" }
    assert.equal(tostring(without.cases), tostring(with.cases))
    assert.equal("exact", with.probabilities)
    assert.equal(0, #with.passed_over)
  end)

  it("that leaves strata too few together is refused before the draw", function()
    local frame = cases({ { "A", 10, "x" }, { "B", 10, "x" }, { "C", 10, "y" }, { "C", 10, "z" } }, { "officer" })
    assert.equal("with at most 3 for each 'officer', the strata can give 6 cases together, not 9",
      refusal(plan, { frame = frame, allocation = { A = 3, B = 3, C = 3 }, cap = { officer = 3 } }).message)
    local p = plan { frame = frame, allocation = { A = 1, B = 2, C = 3 }, cap = { officer = 3 } }
    assert.equal(6, #p:draw { seed = "s" }.cases)
  end)

  it("says what a stratum falls short of", function()
    local frame = cases({ { "A", 4, "x" }, { "B", 4, "x" }, { "B", 1, "y" } }, { "officer" })
    local sample = plan { frame = frame, allocation = { A = 1, B = 2 }, cap = { officer = 2 } }:draw { seed = "s" }
    assert.equal("exact", sample.probabilities)
    frame = cases({ { "A", 3, "x" }, { "A", 1, "z" }, { "B", 4, "x" }, { "B", 1, "y" } }, { "officer" })
    for i = 1, 20 do
      sample = plan { frame = frame, allocation = { A = 2, B = 2 }, cap = { officer = 2 } }:draw { seed = "s" .. i }
      if #sample.cases < 4 then break end
    end
    assert.matches("stratum 'B' gives 1 of 2 cases and 0 of 0 reserves: all others have a 'officer' with 2 already",
      sample.shortfall[1])
    assert.matches("^note: stratum 'B' gives 1", tostring(sample))
    assert.matches("\n3 cases drawn", tostring(sample))
  end)
end)

describe("rounding by chance", function()
  it("shows expected sizes and keeps n_h / N_h", function()
    local frame = cases { A = 61, B = 23, C = 7 }
    local p = plan { frame = frame, size = 20, rounding = "random", minimum = 0, reserve = 0.2 }
    for h, n in ipairs { 61, 23, 7 } do
      assert.near(20 * n / 91, sizes(p)[h], 1e-12)
      assert.near(20 / 91, p.strata:column("probability")[h], 1e-15)
    end
    assert.equal(20, p.size)
    assert.matches("rounding random", tostring(p))
    assert.matches("stratum 'C' gets 1.54 of its 7 cases on average: a draw may have 1, which has no variance", p.shortfall[1])
    local seen = {}
    for i = 1, 60 do
      local count = { A = 0, B = 0, C = 0 }
      for row in p:draw { seed = "s" .. i }.cases:rows() do
        if row.role == "sample" then
          count[row.kind] = count[row.kind] + 1
          assert.near(20 / 91, row.probability, 1e-15)
          assert.near(91 / 20, row.weight, 1e-13)
        end
      end
      assert.equal(20, count.A + count.B + count.C)
      seen[("%d/%d/%d"):format(count.A, count.B, count.C)] = true
    end
    assert.is_true(seen["13/5/2"] and seen["14/5/1"] and seen["13/6/1"] or false)
  end)

  it("keeps to minimum and maximum", function()
    local p = plan { size = 100, rounding = "random", maximum = { A = 30 }, minimum = { C = 40 } }
    assert.same({ 30, 30, 40 }, sizes(p))
    assert.matches("stratum 'C' gets 40 of its 52 cases where its share is 27.58: the minimum raises it", p.shortfall[1])
  end)
end)

-- ---- folders -----------------------------------------------------------------------------------

local manners = {
  random = function() return plan { size = 20, rounding = "random", reserve = 0.2, frame = officers() } end,
  within = function()
    return plan { size = 24, rounding = "round_robin", within = within, cap = { officer = 3 }, reserve = 0.2, frame = officers() }
  end,
  cap = function() return plan { size = 24, cap = { officer = 3 }, reserve = 0.2, frame = officers() } end,
}

describe("a folder of such a sample", function()
  it("proves itself and opens as it was written", function()
    for name, make in pairs(manners) do
      local folder, again = support.path(name), support.path(name)
      local p = make()
      local sample = p:draw { seed = "s" }:write(folder)
      assert.is_true(assay.verify(folder, officers()), name)
      local opened = assay.open_sample(folder)
      assert.equal(tostring(sample), tostring(opened))
      assert.equal(tostring(p), tostring(opened.plan))
      assert.equal(p.status, opened.plan.status)
      assert.equal(p.zero_probability, opened.plan.zero_probability)
      assert.equal(tostring(sample.passed_over), tostring(opened.passed_over))
      opened:write(again)
      assert.same(support.folder_of(folder), support.folder_of(again))
    end
  end)

  it("says in the manifest what it is", function()
    local function manifest(name)
      local folder = support.path(name)
      manners[name]():draw { seed = "s" }:write(folder)
      return assay.read_json(folder .. "/manifest.json")
    end
    local m = manifest "random"
    assert.equal("random", m.rounding)
    assert.equal("float", math.type(m.table[1].sample))
    m = manifest "within"
    assert.same(within, { table.unpack(m.within) })
    assert.same({ column = "officer", most = 3 }, m.cap)
    assert.equal("model_based", m.status)
    assert.is_true(m.zero_probability > 0)
    assert.is_true(m.table[1].asked_sample >= m.table[1].sample)
    m = manifest "cap"
    assert.same({ column = "officer", most = 3 }, m.cap)
    assert.equal("estimated", m.probabilities)
    assert.equal(10000, m.replays)
    assert.is_true(m.passed_over > 0)
  end)

  it("is found out when it is edited", function()
    local edits = {
      { "random", '\n  "rounding": "random"', '\n  "rounding": "chance"', "'rounding' is missing or wrong" },
      { "random", '"sample": (%d+)%.%d+', '"sample": -%1', "'sample' is missing or wrong" },
      { "random", '"sample": (%d+)%.%d+', '"sample": %1', "column 'probability'" },
      { "random", '"sample": (%d+)%.%d+', '"sample": 1.5', "do not add up to 20" },
      { "random", '\n  "size": 20', '\n  "size": 21', "do not add up to 21" },
      { "random", '\n  "rounding": "random"', '\n  "rounding": "random", "cap": {}', "'rounding' is missing or wrong" },
      { "within", '"most": 3', '"most": 4', "are not those of its cells" },
      { "within", '"most": 3', '"most": 0', "'cap' is missing or wrong" },
      { "within", '"column": "officer"', '"column": "ldu"', "'cap' is missing or wrong" },
      { "within", '"column": "officer"', '"column": "boss"', "'cap' is missing or wrong" },
      { "within", '"within": %[.-%]', '"within": []', "'within' is missing or wrong" },
      { "within", '"within": %[.-%]', '"within": ["unit"]', "'within' is missing or wrong" },
      { "within", '"asked_sample": (%d+)', '"asked_sample": 1', "are not those of its cells" },
      { "within", '"asked_sample": (%d+)', '"asked_sample": 4000', "cannot be drawn from it" },
      { "within", '"asked_sample": (%d+),', '', "'asked_sample' is missing or wrong" },
      { "within", '"reserve": (%d+),\n', '"reserve": 7,\n', "are not those of its cells" },
      { "within", '"status": "model_based"', '"status": "exact"', "'status' in the manifest is not what" },
      { "within", '  "status": "model_based",\n', '', "'status' in the manifest is not what" },
      { "within", '"zero_probability": %d+', '"zero_probability": 1', "'zero_probability' in the manifest is not what" },
      { "random", '\n  "size"', '\n  "passed_over": 3,\n  "size"', "'passed_over' in the manifest is not what" },
      { "cap", '"probabilities": "estimated"', '"probabilities": "exact"', "'probabilities' in the manifest is not what" },
      { "cap", '"passed_over": %d+', '"passed_over": 1', "'passed_over' in the manifest is not what" },
      { "cap", '"replays": %d+', '"replays": 10001', "'replays' in the manifest is not what" },
      { "cap", '"most": 3', '"most": 4', "rows where list, plan and seed give|column" },
      { "cap", '"most": 3', '"most": 1', "stratum 'F' can give" },
    }
    for _, e in ipairs(edits) do
      local folder = support.path(e[1])
      manners[e[1]]():draw { seed = "s" }:write(folder)
      support.edit(folder .. "/manifest.json", e[2], e[3])
      local same, differences = assay.verify(folder)
      assert.is_false(same)
      local found = false
      for pattern in e[4]:gmatch "[^|]+" do found = found or tostring(differences):find(pattern, 1, true) end
      assert.is_truthy(found, ("%s: %s"):format(e[3], tostring(differences)))
      assert.matches("edited after it was drawn", refusal(assay.open_sample, folder).message)
    end
  end)
end)

describe("a folder of release 0.1", function()
  it("proves itself, opens, and is written again as it was", function()
    local folder, again = "tests/contracts/prn-1-0.1", support.path "again"
    assert.is_true(assay.verify(folder))
    local sample = assay.open_sample(folder)
    assert.equal(20, sample.plan.size)
    assert.equal("exact", sample.probabilities)
    sample:write(again)
    assert.same(support.folder_of(folder), support.folder_of(again))
  end)
end)
