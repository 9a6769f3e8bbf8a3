local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local values = { yes = "Yes", no = "No", not_applicable = "NA" }

--- F 16 and M 34 cases; 4 and 9 in the sample, 1 and 2 reserves.
local function draw(options)
  options = options or {}
  return assay.plan { frame = support.cases(50), strata = "gender", size = 13, confidence = 0.80, reserve = 0.2,
    cap = options.cap, within = options.within, rounding = options.rounding }:draw { seed = "s1" }
end

local function ids(sample, role, stratum)
  local list = {}
  for row in sample.cases:rows() do
    if row.role == role and (stratum == nil or row.stratum == stratum) then list[#list + 1] = row.case_id end
  end
  return list
end

--- Answers of the cases to be assessed, in turn from the list; `more` are further rows.
local function answers(sample, list, more)
  local rows = {}
  for i, id in ipairs(ids(sample, "sample")) do rows[i] = { id, list[i] } end
  for _, row in ipairs(more or {}) do rows[#rows + 1] = row end
  return assay.frame { columns = { "case_id", "q1" }, rows = rows, id = "case_id", types = { q1 = "text" } }
end

local all = { "Yes", "No", "Yes", "NA", "Yes", "No", "Yes", "Yes", "No", "NA", "Yes", "No", "Yes" }

describe("after the draw", function()
  it("reserves take places in the order of their tickets", function()
    local sample = draw()
    local first, reserves = ids(sample, "sample", "M"), ids(sample, "reserve", "M")
    assert.equal(reserves[1], sample:replace(first[4], "out_of_scope", "order revoked"))
    assert.equal(reserves[2], sample:replace(reserves[1], "unavailable", "file lost", { date = "2018-11-06" }))
    assert.same({}, ids(sample, "reserve", "M"))
    assert.same({ first[4] }, ids(sample, "out_of_scope"))
    assert.same({ reserves[1] }, ids(sample, "unavailable"))
    assert.equal(13, #ids(sample, "sample"))
    local log = sample.log
    assert.same({ "replace", "replace" }, log:column("action"):list())
    assert.same({ first[4], reserves[1] }, log:column("id"):list())
    assert.same({ reserves[1], reserves[2] }, log:column("replaced_by"):list())
    assert.same({ 1, 1 }, log:column("revision"):list())
    assert.equal("2018-11-06", log:column("date")[2])
    assert.is_nil(log:column("date")[1])
    assert.matches("revision 1 (not written yet): 13 cases to be assessed; since the draw 1 case out of scope and 1 "
      .. "unavailable, 2 reserves have taken a place", tostring(sample), 1, true)
    local err = refusal(sample.replace, sample, first[5], "unavailable", "file lost")
    assert.equal("usage", err.kind)
    assert.matches("stratum 'M' had 2, and all have taken places. Withdraw the case instead", err.message, 1, true)
    assert.equal(2, #sample.log)
    sample:withdraw(first[5], "unavailable", "file lost")
    assert.matches("1 of 13 places are empty", tostring(sample), 1, true)
  end)

  it("says where nobody is left to stand for a stratum or a unit", function()
    local sample = draw()
    for _, id in ipairs(ids(sample, "sample", "F")) do
      assert.is_nil(tostring(sample):find("stand for", 1, true))
      sample:withdraw(id, "unavailable", "file lost")
    end
    assert.matches("4 of 13 places are empty; 1 stratum has no case left that weights could stand for\n", tostring(sample), 1,
      true)
    sample = assay.plan { frame = support.cases(50), stages = { unit = "unit", units = 2, cases = 2 } }:draw { seed = "s1" }
    for _, id in ipairs(ids(sample, "sample")) do sample:withdraw(id, "unavailable", "file lost") end
    assert.matches("; 2 units have no case left that weights could stand for\n", tostring(sample), 1, true)
  end)

  it("says what is wrong with a call, and names no case", function()
    local sample = draw()
    local first, reserve = ids(sample, "sample")[1], ids(sample, "reserve")[1]
    local function says(words, ...)
      local err = refusal(sample.replace, sample, ...)
      assert.matches(words, err.message)
      assert.is_nil(err.message:find(first, 1, true))
      assert.equal("usage", err.kind)
    end
    says("no case of the list has this id", "9999", "unavailable", "w")
    says("a reserve that has not taken a place", reserve, "unavailable", "w")
    says("unknown kind 'out_of_scop': did you mean 'out_of_scope'", first, "out_of_scop", "w")
    says("a reason is needed", first, "unavailable", " ")
    says("the reason must be text", first, "unavailable")
    says("the reason is not UTF%-8", first, "unavailable", "caf\xe9 closed")
    says("'2018%-13%-01' is no day", first, "unavailable", "w", { date = "2018-13-01" })
    says("unknown option 'dat': did you mean 'date'", first, "unavailable", "w", { dat = "2018-11-01" })
    sample:withdraw(first, "out_of_scope", "duplicate")
    says("already lost as out_of_scope", first, "unavailable", "w")
    assert.equal(1, #sample.log)
  end)

  it("many at once: all or nothing, each fault with its row", function()
    local sample = draw()
    local list, reserves = ids(sample, "sample", "M"), ids(sample, "reserve", "M")
    local columns = { "case_id", "action", "kind", "why", "date", "note" }
    local function frame(rows)
      return assay.frame { columns = columns, rows = rows, types = { date = "date", why = "text", note = "text" } }
    end
    local before = tostring(sample)
    local err = refusal(sample.apply, sample, frame {
      { list[1], "replace", "unavailable", "w", "2018-11-06" }, { "9999", "replace", "unavailable", "w" },
      { list[1], "withdraw", "out_of_scope", "w" }, { list[2], "remove", "out_of_scope", "w" },
      { list[3], "withdraw", "out_of_scope" }, { list[3], "withdraw", "gone", "w" },
    })
    assert.equal("data", err.kind)
    assert.equal(2, err.row)
    for row, words in pairs {
      [2] = "no case of the list", [3] = "the case is already lost as unavailable", [4] = "unknown action",
      [5] = "'why' is missing", [6] = "unknown kind" } do
      assert.matches(("row %d: %s"):format(row, words), err.message, 1, true)
    end
    assert.is_nil(err.message:find("row 1:", 1, true))
    assert.equal(before, tostring(sample))
    assert.equal(0, #sample.log)
    sample:apply(frame { { list[1], "replace", "unavailable", "w", "2018-11-06" }, { list[2], "replace", "out_of_scope", "w" },
      { list[3], "withdraw", "out_of_scope", "w" } })
    assert.same({ reserves[1], reserves[2] }, { sample.log:column("replaced_by")[1], sample.log:column("replaced_by")[2] })
    assert.same({ list[2], list[3] }, ids(sample, "out_of_scope"))
    assert.matches("has no column 'why'", refusal(sample.apply, sample, frame({}):drop "why").message)
    assert.matches("must be a Frame", refusal(sample.apply, sample, { 1 }).message)
  end)

  it("a log is applied to a sample like the one that it is of", function()
    local one, two = draw(), draw()
    one:replace(ids(one, "sample", "M")[2], "unavailable", "file lost", { date = "2018-11-06" })
    one:withdraw(ids(one, "sample", "F")[1], "out_of_scope", "duplicate")
    two:apply(one.log)
    assert.equal(tostring(one), tostring(two))
    assert.equal(tostring(one.log), tostring(two.log))
  end)
end)

describe("revisions", function()
  it("are written whole, kept, and proved", function()
    local folder, other = support.path "sample", support.path "other"
    local sample = draw():write(folder)
    local first = support.content(folder .. "/sample.csv")
    sample:replace(ids(sample, "sample", "M")[4], "out_of_scope", "order revoked")
    sample:write(folder)
    assert.equal(2, sample.revision)
    assert.equal(first, support.content(folder .. "/revision-1/sample.csv"))
    assert.is_true(assay.verify(folder))
    local again = assay.open_sample(folder)
    assert.equal(tostring(sample), tostring(again))
    assert.equal(tostring(sample.log), tostring(again.log))
    assert.same({ 2 }, again.log:column("revision"):list())
    again:withdraw(ids(again, "sample", "F")[1], "unavailable", "file lost"):write(other)
    assert.is_true(assay.verify(other))
    assert.equal(support.content(folder .. "/manifest.json"), support.content(other .. "/revision-2/manifest.json"))
    assert.equal(first, support.content(other .. "/revision-1/sample.csv"))
    assert.equal(3, assay.open_sample(other).revision)
  end)

  it("do not replace a folder that holds something else", function()
    local folder = support.path "sample"
    local sample = draw():write(folder)
    assay.open_sample(folder):withdraw(ids(sample, "sample")[1], "unavailable", "file lost"):write(folder)
    sample:withdraw(ids(sample, "sample")[2], "unavailable", "file lost")
    assert.matches("holds something else", refusal(sample.write, sample, folder).message)
    assert.is_true(assay.verify(folder))
    assert.equal(1, #assay.open_sample(folder).log)
  end)

  it("that were edited are said", function()
    local folder = support.path "sample"
    local sample = draw():write(folder)
    sample:replace(ids(sample, "sample", "M")[4], "out_of_scope", "order revoked")
    sample:write(folder)
    local path = folder .. "/manifest.json"
    local content, n = support.content(path):gsub('"out_of_scope"', '"unavailable"')
    assert.equal(1, n)
    local file = assert(io.open(path, "wb"))
    file:write(content)
    file:close()
    local same, differences = assay.verify(folder)
    assert.is_false(same)
    assert.matches("sample.csv, row %d+: column 'role'", tostring(differences))
    assert.matches("edited after it was drawn", refusal(assay.open_sample, folder).message)
  end)
end)

describe("a survey of a sample with losses", function()
  --- Two out of scope (one replaced, one not) and one unavailable (replaced) in M, as drawn 9 of 34 with 2 reserves.
  local function lossy()
    local sample = draw()
    local list = ids(sample, "sample", "M")
    sample:replace(list[1], "out_of_scope", "order revoked")
    sample:replace(list[2], "unavailable", "file lost")
    sample:withdraw(list[3], "out_of_scope", "duplicate")
    return sample, list
  end

  it("counts and weights as the design says", function()
    local sample = lossy()
    local survey = assay.survey { sample = sample, answers = answers(sample, all), values = values }
    assert.same({ 12, 12, 2, 1, 2 }, { survey.selected, survey.returned, survey.out_of_scope, survey.lost, survey.replaced })
    assert.matches("12 cases selected, 12 with answers, 0 without; 1 question\n2 replaced; 2 drawn and out of scope, "
      .. "1 lost %(unavailable%)", tostring(survey))
    assert.matches("'exact_combined' is for samples whose size did not depend on what was found",
      refusal(survey.proportion, survey, "q1", { confidence = 0.80, method = "exact_combined" }).message)
    local p = survey:proportion("q1", { confidence = 0.80 })
    local x, m = { F = 0, M = 0 }, { F = 0, M = 0 }
    local i = 0
    for row in sample.cases:rows() do
      if row.role == "sample" then
        i = i + 1
        if all[i] ~= "NA" then m[row.gender] = m[row.gender] + 1 end
        if all[i] == "Yes" then x[row.gender] = x[row.gender] + 1 end
      end
    end
    local N, n = { F = 16, M = 34 }, { F = 4, M = 10 } -- 11 drawn from M, of which one is unavailable
    local D = N.F * m.F / n.F + N.M * m.M / n.M
    local r = (N.F * x.F / n.F + N.M * x.M / n.M) / D
    local v = 0
    for _, h in ipairs { "F", "M" } do
      local S1, S2 = x[h] - r * m[h], x[h] * (1 - 2 * r) + r * r * m[h]
      v = v + N[h] ^ 2 * (1 - n[h] / N[h]) * (S2 - S1 ^ 2 / n[h]) / (n[h] - 1) / n[h]
    end
    assert.near(r, p.estimate, 1e-14)
    assert.near(math.sqrt(v) / D, p.se, 1e-14)
    assert.same({ 12, 0, 1 }, { p.n, p.unanswered, p.lost })
    assert.near(p.x / (p.relevant + 1), p.lowest_share, 1e-15)
    assert.near((p.x + 1) / (p.relevant + 1), p.highest_share, 1e-15)
    assert.matches("^share from .* with the lost$", p.flags[1])
    for row in sample.cases:rows() do
      if row.role == "sample" then assert.near(N[row.gender] / n[row.gender], row.weight, 1e-13) end
    end
  end)

  it("that were all replaced has the weights of inverse sampling", function()
    local sample = draw()
    local list = ids(sample, "sample", "M")
    sample:replace(list[1], "out_of_scope", "order revoked")
    sample:replace(list[2], "out_of_scope", "order revoked")
    local survey = assay.survey { sample = sample, answers = answers(sample, all), values = values }
    local p, yes, relevant = survey:proportion "q1", 0, 0
    local i = 0
    for row in sample.cases:rows() do
      if row.role == "sample" then
        i = i + 1
        assert.near(row.gender == "F" and 4 or 34 * 8 / 10 / 9, row.weight, 1e-14)
        yes = yes + (all[i] == "Yes" and row.weight or 0)
        relevant = relevant + (all[i] ~= "NA" and row.weight or 0)
      elseif row.role == "out_of_scope" then
        assert.near(34 / 10, row.weight, 1e-14)
      end
    end
    assert.near(yes / relevant, p.estimate, 1e-14)
  end)

  it("refuses an answer for a lost case, and takes its empty row", function()
    local sample, list = lossy()
    local function survey(rows)
      return assay.survey { sample = sample, answers = answers(sample, all, rows), values = values }
    end
    assert.equal(1, survey({ { list[2] }, { list[3] } }):proportion("q1").lost)
    local err = refusal(survey, { { list[2], "No" } })
    assert.equal("data", err.kind)
    assert.equal(13, err.row)
    assert.matches("row 13, column 'q1': this case is unavailable in the sample's log, and has an answer", err.message)
    assert.matches("is out of scope in the sample's log", refusal(survey, { { list[1], "NA" } }).message)
  end)

  it("does not speak for a stratum that was lost whole", function()
    local sample = draw()
    for _, id in ipairs(ids(sample, "sample", "F")) do sample:withdraw(id, "unavailable", "files lost") end
    assert.matches("all 4 cases drawn from stratum 'F' are unavailable: nothing can be said of it",
      refusal(assay.survey, { sample = sample, answers = answers(sample, all), values = values }).message)
  end)

  it("has no data where a stratum, or all, was out of scope", function()
    local sample = draw()
    for _, id in ipairs(ids(sample, "sample", "F")) do sample:withdraw(id, "out_of_scope", "moved away") end
    local p = assay.survey { sample = sample, answers = answers(sample, all), values = values }:proportion "q1"
    assert.equal(9, p.n)
    for _, id in ipairs(ids(sample, "sample")) do sample:withdraw(id, "out_of_scope", "moved away") end
    p = assay.survey { sample = sample, answers = answers(sample, all), values = values }:proportion "q1"
    assert.equal("no_data", p.status)
    assert.equal(0, p.n)
  end)
end)

describe("a folder of release 0.1", function()
  it("proves its revisions, opens, and is written again as it was", function()
    local folder, again = "tests/contracts/prn-1-0.1-revisions", support.path "again"
    assert.is_true(assay.verify(folder))
    local sample = assay.open_sample(folder)
    assert.same({ 3, "conditional" }, { sample.revision, sample.probabilities })
    assert.same({ 2, 2, 3 }, sample.log:column("revision"):list())
    sample:write(again)
    for _, file in ipairs { "frame.csv", "sample.csv", "manifest.json", "revision-1/sample.csv", "revision-1/manifest.json",
      "revision-2/sample.csv", "revision-2/manifest.json" } do
      assert.equal(support.content(folder .. "/" .. file), support.content(again .. "/" .. file))
    end
  end)
end)
