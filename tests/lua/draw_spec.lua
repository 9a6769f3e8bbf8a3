-- draw_spec.lua: methods of selection, measures of size, orders, and the folders that prove them.

local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local methods = { "systematic", "bernoulli", "poisson", "sequential_poisson", "pareto", "sampford", "pps_systematic",
  "chromy", "pivotal" }
local equal_only = { systematic = true, bernoulli = true }
local random_size = { bernoulli = true, poisson = true }
local sorts = { systematic = true, pps_systematic = true, chromy = true }

--- 41 cases in two strata, of which one is too large to be left to chance.
local function list(change)
  local rows = {}
  for i = 1, 41 do
    rows[i] = { ("%03d"):format(i * 7 % 100), i % 3 == 0 and "F" or "M", ("ABC"):sub(i % 3 + 1, i % 3 + 1) .. i % 2,
      18 + i * 11 % 40, (i * i) % 17 + 1.5 }
  end
  rows[4][5] = 500
  if change then change(rows) end
  return assay.frame { columns = { "id", "gender", "ldu", "age", "visits" }, rows = rows, id = "id",
    types = { gender = "category", ldu = "category", visits = "number" } }
end

--- A plan that the method can draw from; `more` adds to it.
local function plan_for(method, more)
  local options = { frame = list(), strata = "gender", size = 11, size_measure = not equal_only[method] and "visits" or nil,
    reserve = not random_size[method] and 0.3 or nil }
  for name, value in pairs(more or {}) do options[name] = value end
  return assay.plan(options)
end

local function draw_by(method, seed, more)
  return plan_for(method, more):draw { seed = seed, method = method, sort = sorts[method] and { "ldu", "-age" } or nil,
    serpentine = sorts[method] }
end

--- The rows of a frame with each stratum's probability of each case, worked out here.
local function probabilities(frame, size_by_stratum, column)
  local of = {}
  for stratum, size in pairs(size_by_stratum) do
    local open, left = {}, size
    for row in frame:rows() do
      if row.gender == stratum then open[#open + 1] = row end
    end
    repeat
      local sum, rest, before = 0, {}, left
      for _, row in ipairs(open) do sum = sum + (column and row[column] or 1) end
      for _, row in ipairs(open) do
        local p = before * (column and row[column] or 1) / sum
        of[row.id] = math.min(p, 1)
        if p >= 1 then left = left - 1 else rest[#rest + 1] = row end
      end
      local again = #rest < #open and left > 0
      open = rest
    until not again
  end
  return of
end

local function ids(frame, role)
  local found = {}
  for row in frame:rows() do
    if row.role == role then found[#found + 1] = row.id end
  end
  return found
end

-- ---- which cases -----------------------------------------------------------------------------

describe("methods by permanent random number", function()
  --- What decides, from u and p; a random size takes what is below 1.
  local keys = {
    bernoulli = function(u, p) return u / p end,
    poisson = function(u, p) return u / p end,
    sequential_poisson = function(u, p) return p == 1 and -1 or u / p end,
    pareto = function(u, p) return p == 1 and -1 or u / (1 - u) * (1 - p) / p end,
  }

  it("draw what the tickets in frame.csv say", function()
    for method, key in pairs(keys) do
      for seed = 1, 20 do
        local folder = support.path(method)
        local sample = draw_by(method, "s" .. seed):write(folder)
        local of = probabilities(list(), { F = 3, M = 8 }, not equal_only[method] and "visits" or nil)
        local strata, want = { F = {}, M = {} }, {}
        for row in assay.read(folder .. "/frame.csv", { types = { id = "text" } }):rows() do
          local u = (tonumber(row.ticket:sub(1, 13), 16) + 0.5) / 2 ^ 52
          table.insert(strata[row.stratum], { id = row.id, key = key(u, of[row.id]), ticket = row.ticket })
        end
        for _, stratum in ipairs { "F", "M" } do
          local cases, chosen = strata[stratum], {}
          table.sort(cases, function(a, b) return a.key < b.key end)
          for i, case in ipairs(cases) do
            if random_size[method] and case.key < 1 or not random_size[method] and i <= (stratum == "F" and 3 or 8) then
              chosen[#chosen + 1] = case
            end
          end
          table.sort(chosen, function(a, b) return a.ticket < b.ticket end)
          for _, case in ipairs(chosen) do want[#want + 1] = case.id end
        end
        assert.same(want, ids(sample.cases, "sample"), method)
        for row in sample.cases:rows() do
          if row.role == "sample" then
            assert.is_true(math.abs(row.probability - of[row.id]) < 1e-14, method)
            assert.is_true(math.abs(row.weight - 1 / of[row.id]) < 1e-12, method)
          end
        end
      end
    end
  end)
end)

describe("an order", function()
  it("spreads a systematic sample evenly: every N/n-th case, rounded either way", function()
    for seed = 1, 30 do
      local frame = list()
      local sample = assay.plan { frame = frame, size = 11 }:draw { seed = "s" .. seed, method = "systematic",
        sort = { "ldu", "-age" } }
      local drawn, last, n = {}, nil, 0
      for _, id in ipairs(ids(sample.cases, "sample")) do drawn[id] = true end
      for row in frame:sort("id"):sort("ldu", "-age"):rows() do
        n = n + 1
        if drawn[row.id] then
          assert.is_true(not last or n - last == 3 or n - last == 4)
          assert.is_true(last ~= nil or n <= 4)
          last = n
        end
      end
      assert.equal(41, n)
    end
  end)

  it("gives each group its share, rounded either way, whatever the method that sorts", function()
    for _, method in ipairs { "systematic", "pps_systematic", "chromy" } do
      for seed = 1, 30 do
        local p = assay.plan { frame = list(), size = 11, size_measure = method ~= "systematic" and "visits" or nil }
        local sample = p:draw { seed = "s" .. seed, method = method, sort = "ldu" }
        local expected, got = {}, {}
        local all = list(function(rows)
          for _, row in ipairs(rows) do row[2] = "F" end
        end)
        local of = probabilities(all, { F = 11 }, method ~= "systematic" and "visits" or nil)
        for row in list():rows() do
          expected[row.ldu], got[row.ldu] = (expected[row.ldu] or 0) + of[row.id], 0
        end
        for row in sample.cases:rows() do got[row.ldu] = got[row.ldu] + 1 end
        for ldu, n in pairs(got) do
          -- a group that holds the start of the circle may be off at both its ends
          assert.is_true(math.abs(n - expected[ldu]) < (method == "chromy" and 2 or 1), method .. ldu)
        end
      end
    end
  end)

  it("may name a column that begins with a minus", function()
    local frame = assay.frame { columns = { "id", "-age" }, rows = { { "a", 1 }, { "b", 2 } }, id = "id" }
    local sample = assay.plan { frame = frame, size = 1, minimum = 1 }:draw { seed = "s", method = "systematic", sort = "-age" }
    assert.equal(1, #sample.cases)
  end)
end)

describe("a sample by a method", function()
  it("does not depend on the order of the rows", function()
    local backwards = list(function(rows)
      for i = 1, #rows // 2 do rows[i], rows[#rows + 1 - i] = rows[#rows + 1 - i], rows[i] end
    end)
    for _, method in ipairs(methods) do
      assert.equal(tostring(draw_by(method, "s").cases), tostring(draw_by(method, "s", { frame = backwards }).cases))
    end
  end)

  it("has reserves by ticket among those not drawn, ranks going on", function()
    for _, method in ipairs(methods) do
      local sample = draw_by(method, "r")
      local cases, tickets, ranks = {}, {}, {}
      for row in sample.cases:rows() do
        cases[row.id] = true
        local key = row.stratum .. row.role
        assert.is_true(row.ticket > (tickets[key] or ""), method)
        tickets[key], ranks[row.stratum] = row.ticket, (ranks[row.stratum] or 0) + 1
        if row.role == "reserve" then
          assert.is_nil(row.probability)
          assert.is_nil(row.weight)
        end
      end
      assert.equal(random_size[method] and 0 or 3, #ids(sample.cases, "reserve"))
      local folder = support.path(method)
      sample:write(folder)
      for row in assay.read(folder .. "/frame.csv", { types = { id = "text" } }):rows() do
        assert.is_true(cases[row.id] or random_size[method] or row.ticket > tickets[row.stratum .. "reserve"])
      end
    end
  end)

  it("says its method, what is approximate, and a size that is random", function()
    assert.equal("srs", assay.plan { frame = list(), size = 5 }:draw { seed = "s" }.method)
    for _, method in ipairs(methods) do
      local sample = draw_by(method, "s")
      local approximate = method == "pareto" or method == "sequential_poisson"
      assert.equal(method, sample.method)
      assert.equal(approximate and "approximate" or "exact", sample.probabilities)
      assert.equal(approximate, tostring(sample):find("true ones are near", 1, true) ~= nil)
      assert.matches("drawn by " .. method .. " (prn-1)", tostring(sample), 1, true)
      if sorts[method] then assert.matches("in the order of ldu, -age, serpentine,", tostring(sample), 1, true) end
      if random_size[method] then
        assert.equal(("the size of a sample by %s is random: %d cases were drawn where 11 were expected"):format(method,
          #sample.cases), sample.shortfall[1])
      end
    end
    assert.equal("exact", assay.plan { frame = list(), size = 11 }:draw { seed = "s", method = "pareto" }.probabilities)
  end)

  it("says where chance left a stratum without a case", function()
    local p = assay.plan { frame = list(), strata = "gender", allocation = { F = 1, M = 2 } }
    local seen
    for seed = 1, 20 do
      local sample = p:draw { seed = "e" .. seed, method = "bernoulli" }
      local n = { F = 0, M = 0 }
      for row in sample.cases:rows() do n[row.gender] = n[row.gender] + 1 end
      if n.F == 0 then
        seen = true
        assert.equal("stratum 'F' gives no case where 1 was expected: the sample says nothing of it", sample.shortfall[2])
      end
    end
    assert.is_true(seen)
  end)

  it("says which cases are certain", function()
    local p = plan_for "pareto"
    assert.equal("visits", p.size_measure)
    assert.equal("stratum 'M': 1 of 28 cases is certain to be drawn, because its 'visits' is so large",
      p.shortfall[#p.shortfall])
    assert.matches("probabilities in proportion to 'visits'", tostring(p))
    assert.is_nil(assay.plan { frame = list(), size = 5 }.size_measure)
  end)
end)

-- ---- bad input -------------------------------------------------------------------------------

describe("draw refuses", function()
  local function why(method, options, more)
    options.seed, options.method = "s", method
    local p = plan_for(method, more)
    return refusal(p.draw, p, options).message
  end

  it("what the method cannot do", function()
    local p = assay.plan { frame = list(), size = 5, size_measure = "visits" }
    for _, method in ipairs { "srs", "systematic", "bernoulli" } do
      local err = refusal(p.draw, p, { seed = "s", method = method })
      assert.equal(("method '%s' gives all cases of a stratum the same probability, but the plan has a measure of size, "
        .. "'visits': give one of poisson, sequential_poisson, pareto, sampford, pps_systematic, chromy, pivotal, or leave "
        .. "size_measure out of the plan"):format(method), err.message)
      assert.equal("method", err.argument)
    end
    for _, method in ipairs { "bernoulli", "poisson" } do
      assert.matches(("the plan has reserves, but a sample by method '%s' has no fixed number of places"):format(method),
        why(method, {}, { reserve = 0.3 }), 1, true)
    end
    for _, method in ipairs { "srs", "bernoulli", "poisson", "pareto", "sampford", "pivotal" } do
      local q = assay.plan { frame = list(), size = 5 }
      assert.equal(("the order of cases means nothing to method '%s': sort is for systematic, pps_systematic, chromy")
        :format(method), refusal(q.draw, q, { seed = "s", method = method, sort = "age" }).message)
    end
  end)

  it("methods for cells, caps and sizes rounded by chance", function()
    local manners = { cap = { cap = { ldu = 6 } }, within = { rounding = "round_robin", within = "ldu" },
      ['rounding = "random"'] = { rounding = "random" } }
    for name, options in pairs(manners) do
      options.frame, options.size = list(), 8
      local p = assay.plan(options)
      assert.equal(("the plan has %s, which goes with method 'srs' alone, not 'pivotal'"):format(name),
        refusal(p.draw, p, { seed = "s", method = "pivotal" }).message)
      options.size_measure = "visits"
      assert.matches("'size_measure' does not go with " .. (name == "cap" and "'cap'" or name == "within" and "'within'"
        or name), refusal(assay.plan, options).message, 1, true)
    end
  end)

  it("sorting that says nothing", function()
    assert.equal("sort names no column", why("chromy", { sort = {} }))
    assert.matches("unknown column 'ages'.*'age'", why("chromy", { sort = "-ages" }))
    assert.equal("sort has 'age' twice", why("chromy", { sort = { "age", "-age" } }))
    assert.matches("sort must be a list of text", why("chromy", { sort = { 1 } }))
    assert.matches("serpentine must be true or false", why("chromy", { sort = { "ldu", "age" }, serpentine = "yes" }))
    assert.equal("serpentine turns the direction of the second and later sort columns: sort has 1",
      why("chromy", { sort = "ldu", serpentine = true }))
    assert.matches("sort has 0", why("chromy", { serpentine = true }))
  end)

  it("methods that there are not", function()
    assert.matches("unknown method 'pivots'.*'pivotal'", why("pivots", {}))
    assert.matches("unknown method 'cube'", why("cube", {}))
    assert.matches("method must be one of srs, systematic", why(3, {}))
  end)

  it("measures of size that are none, by row", function()
    local function try(value)
      local frame = list(function(rows) rows[7][5] = value end)
      return refusal(assay.plan, { frame = frame, size = 5, size_measure = "visits" })
    end
    assert.equal("row 7: 'visits' is missing: a measure of size is a number above 0", try(nil).message)
    assert.equal("row 7: 'visits' is 0: a measure of size is a number above 0", try(0).message)
    assert.equal("row 7: 'visits' is below 0: a measure of size is a number above 0", try(-3.5).message)
    assert.equal(7, try(0).row)
    assert.matches("unknown column 'visit'.*'visits'",
      refusal(assay.plan, { frame = list(), size = 5, size_measure = "visit" }).message)
    assert.equal("'ldu' is a column of type category: a measure of size is a number above 0",
      refusal(assay.plan, { frame = list(), size = 5, size_measure = "ldu" }).message)
  end)

  it("names the file of a size that is none", function()
    local path = support.file("sizes.csv", "id,visits\n1,3\n2,\n3,4\n")
    local frame = assay.read(path, { id = "id" })
    local err = refusal(assay.plan, { frame = frame, size = 2, size_measure = "visits" })
    assert.matches(path .. ": row 2: 'visits' is missing", err.message, 1, true)
    assert.equal(2, err.row)
  end)
end)

-- ---- what may be estimated -------------------------------------------------------------------

describe("a survey of a sample by a method", function()
  local values = { yes = "Yes", no = "No" }

  local function survey_of(sample)
    local rows = {}
    for row in sample.cases:rows() do
      if row.role == "sample" then rows[#rows + 1] = { row.id, row.rank % 3 == 0 and "No" or "Yes" } end
    end
    return { sample = sample, values = values,
      answers = assay.frame { columns = { "id", "q" }, rows = rows, id = "id" } }
  end

  it("has weights and Deville's variance under unequal probabilities, and says so", function()
    for _, method in ipairs(methods) do
      if not equal_only[method] then
        local sample = draw_by(method, "s")
        local survey = assay.survey(survey_of(sample))
        local p = survey:proportion("q", { confidence = 0.8 })
        local all, yes, v = 0, 0, 0
        for row in sample.cases:where { role = "sample" }:rows() do
          all, yes = all + row.weight, yes + (row.rank % 3 ~= 0 and row.weight or 0)
        end
        for _, stratum in ipairs { "F", "M" } do
          local n, parts, sum, squares = 0, 0, 0, 0
          for pass = 1, 2 do
            for row in sample.cases:where { role = "sample" }:rows() do
              local c, u = 1 - row.probability, row.weight * ((row.rank % 3 ~= 0 and 1 or 0) - yes / all) / all
              if row.stratum == stratum and c > 0 then
                if pass == 1 then
                  n, parts, sum = n + 1, parts + c, sum + c * u
                else
                  squares = squares + c * (u - sum / parts) ^ 2
                end
              end
            end
          end
          v = v + (n > 1 and n / (n - 1) * squares or 0)
        end
        assert.is_true(math.abs(p.estimate - yes / all) < 1e-14, method)
        assert.is_true(math.abs(p.se - math.sqrt(v)) < 1e-12 * p.se, method)
        assert.matches("unequal probabilities: approximate variance", table.concat(p.flags, "; "), 1, true)
        assert.matches(("^%%d+ of 41 cases in 2 strata, with probabilities in proportion to 'visits' %%(%s%%)\n"):format(method),
          tostring(survey))
        assert.matches("the approximation of Hájek and Deville", tostring(survey), 1, true)
      end
    end
    local sample = draw_by("pareto", "s")
    assert.matches("representativity is asked of samples with equal probabilities",
      refusal(sample.representativity, sample, "ldu").message)
  end)

  it("takes equal probabilities as a simple random sample, and marks those in order", function()
    for _, method in ipairs(methods) do
      local sample = assay.plan { frame = list(), size = 21 }:draw { seed = "s", method = method }
      local survey = assay.survey(survey_of(sample))
      local p = survey:proportion("q", { confidence = 0.8 })
      -- the formula for a simple random sample of n from N, n being what was drawn
      local n, share = #sample.cases, p.x / #sample.cases
      assert.is_true(math.abs(p.estimate - share) < 1e-14)
      local se = math.sqrt((1 - n / 41) * share * (1 - share) / (n - 1))
      assert.is_true(math.abs(p.se - se) < 1e-12 * se, method)
      local marked = table.concat(p.flags, "; "):find("limits as of a simple random sample", 1, true) ~= nil
      assert.equal(sorts[method] or false, marked, method)
      assert.equal(sorts[method] or false, tostring(survey):find("drawn by " .. method, 1, true) ~= nil)
    end
  end)
end)

-- ---- the folder ------------------------------------------------------------------------------

describe("the folder of a sample by a method", function()
  it("proves itself and opens as it was written", function()
    for _, method in ipairs(methods) do
      local folder, again = support.path(method), support.path(method)
      local sample = draw_by(method, "s"):write(folder)
      assert.is_true(assay.verify(folder, list()), method)
      local opened = assay.open_sample(folder)
      assert.equal(tostring(sample), tostring(opened))
      assert.equal(tostring(sample.plan), tostring(opened.plan))
      opened:write(again)
      assert.same(support.folder_of(folder), support.folder_of(again))
    end
  end)

  it("says in the manifest what it is, and of a plain sample nothing more than before", function()
    local function manifest(sample)
      local folder = support.path "m"
      sample:write(folder)
      return assay.read_json(folder .. "/manifest.json")
    end
    local m = manifest(draw_by("chromy", "s"))
    assert.equal("chromy", m.method)
    assert.equal("visits", m.size_measure)
    assert.same({ { column = "ldu", descending = false }, { column = "age", descending = true } },
      { table.unpack(m.sort) })
    assert.is_true(m.serpentine)
    m = manifest(draw_by("poisson", "s"))
    assert.equal(#draw_by("poisson", "s").cases, m.drawn)
    assert.equal(11, m.size)
    assert.equal("approximate", manifest(draw_by("pareto", "s")).probabilities)
    m = manifest(assay.plan { frame = list(), size = 5 }:draw { seed = "s" })
    for _, name in ipairs { "method", "size_measure", "sort", "serpentine", "drawn", "probabilities" } do
      assert.is_nil(m[name])
    end
  end)

  it("is found out when it is edited", function()
    local edits = {
      { "pareto", '"method": "pareto"', '"method": "sampford"', "'probabilities' in the manifest is not what" },
      { "pareto", '"method": "pareto"', '"method": "sequential_poisson"', "column|as it was written" },
      { "pareto", '"method": "pareto"', '"method": "cube"', "'method' is missing or wrong" },
      { "pareto", '"method": "pareto"', '"method": 3', "'method' is missing or wrong" },
      { "pareto", '"method": "pareto"', '"method": "systematic"', "gives all cases of a stratum the same probability" },
      { "pareto", '\n  "method": "pareto",', '', "method 'srs' gives all cases" },
      { "pareto", '"probabilities": "approximate"', '"probabilities": "exact"', "'probabilities' in the manifest is not what" },
      { "pareto", '\n  "probabilities": "approximate",', '', "'probabilities' in the manifest is not what" },
      { "pareto", '"size_measure": "visits"', '"size_measure": "age"', "column 'probability'" },
      { "pareto", '"size_measure": "visits"', '"size_measure": "ldu"', "is a column of type category" },
      { "pareto", '"size_measure": "visits"', '"size_measure": "gone"', "'size_measure' is missing or wrong" },
      { "pareto", '\n  "size_measure": "visits",', '', "column 'probability'" },
      { "pareto", '\n  "size"', '\n  "rounding": "random",\n  "size"', "goes with|does not go with" },
      { "pareto", '\n  "size"', '\n  "sort": [{"column": "age"}],\n  "size"', "the order of cases means nothing" },
      { "chromy", '"descending": true', '"descending": false', "column|as it was written" },
      { "chromy", '"column": "age"', '"column": "ldu"', "sort has 'ldu' twice" },
      { "chromy", '"column": "age"', '"column": "ages"', "'sort' is missing or wrong" },
      { "chromy", '"sort": %b[]', '"sort": []', "'sort' is missing or wrong" },
      { "chromy", '"sort": %b[]', '"sort": 7', "'sort' is missing or wrong" },
      { "chromy", '"serpentine": true', '"serpentine": false', "'serpentine' is missing or wrong" },
      { "chromy", '\n  "sort": %b[],', '', "serpentine turns the direction" },
      { "poisson", '"drawn": %d+', '"drawn": 4711', "'drawn' in the manifest is not what" },
      { "poisson", '\n  "drawn": %d+,', '', "'drawn' in the manifest is not what" },
      { "sampford", '\n  "size"', '\n  "drawn": 11,\n  "size"', "'drawn' in the manifest is not what" },
    }
    for _, e in ipairs(edits) do
      local folder = support.path(e[1])
      draw_by(e[1], "s"):write(folder)
      support.edit(folder .. "/manifest.json", e[2], e[3])
      local same, differences = assay.verify(folder)
      assert.is_false(same, e[3])
      local found = false
      for pattern in e[4]:gmatch "[^|]+" do found = found or tostring(differences):find(pattern, 1, true) end
      assert.is_truthy(found, ("%s: %s"):format(e[3], tostring(differences)))
      assert.matches("edited after it was drawn", refusal(assay.open_sample, folder).message)
    end
  end)

  it("is found out when a size in frame.csv is made impossible", function()
    local folder = support.path "sizes"
    draw_by("pareto", "s"):write(folder)
    support.edit(folder .. "/frame.csv", ",500,", ",0,")
    local same, differences = assay.verify(folder)
    assert.is_false(same)
    assert.matches("'visits' is 0: a measure of size is a number above 0", tostring(differences), 1, true)
  end)
end)

describe("a folder of release 0.1", function()
  it("is drawn by every method as it was then", function()
    for _, method in ipairs(methods) do
      local folder = "tests/contracts/prn-1-0.1-" .. method
      assert.is_true(assay.verify(folder), method)
      assert.equal(method, assay.open_sample(folder).method)
    end
  end)
end)
