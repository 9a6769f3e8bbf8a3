local assay = require "assay"
local domain = require "assay.domain"
local support = require "support"
local refusal = support.refusal

local values = { yes = "Yes", no = "No", not_applicable = "NA" }

--- A survey of all 6 cases of a list, whose columns unit by unit are those given.
local function survey(columns, rows, options)
  local cases, answers = {}, {}
  for i, row in ipairs(rows) do
    cases[i] = { "c" .. i, table.unpack(row, 1, #columns) }
    answers[i] = { "c" .. i, "Yes" }
  end
  local frame = assay.frame { columns = { "case_id", table.unpack(columns) }, rows = cases, id = "case_id",
    levels = options and options.levels, types = options and options.types, private = options and options.private }
  local sample = assay.plan { frame = frame, size = #rows, confidence = 0.80 }:draw { seed = "s1" }
  return assay.survey { sample = sample, values = values, answers = assay.frame { columns = { "case_id", "q1" },
    rows = answers, id = "case_id" } }
end

--- What the flags say by the case's id.
local function inside(self, flags)
  local ids, list = self._units:column("case_id"):list(), {}
  assert.equal(#ids, #flags)
  for i, id in ipairs(ids) do
    if flags:byte(i) == 1 then list[#list + 1] = id else assert.equal(0, flags:byte(i)) end
  end
  table.sort(list)
  return table.concat(list, " ")
end

--- What the run's record is told while `f` runs.
local function notes(f)
  local record, told = require "assay.core".record, {}
  local note = record.note
  record.note = function(_, text) told[#told + 1] = text end
  local ok, err = pcall(f)
  record.note = note
  assert(ok, err)
  return table.concat(told, "\n")
end

local six = { { "B", 30 }, { "A", 40 }, { "B", nil }, { nil, 30 }, { "A", 30 }, { "B", 9 } }

describe("domain", function()
  local self

  before_each(function() self = survey({ "ldu", "age" }, six) end)

  it("has the cases that meet conditions, or a function", function()
    assert.equal("c1 c3 c6", inside(self, domain.flags(self, { ldu = "B" })))
    assert.equal("c1 c2 c5", inside(self, domain.flags(self, { age = { min = 30 }, ldu = { "A", "B" } })))
    assert.equal("c6", inside(self, domain.flags(self, function(row) return row.age and row.age < 30 end)))
    assert.equal("", inside(self, domain.flags(self, { ldu = { except = { "A", "B" } } })))
    assert.is_nil(domain.flags(self, nil))
  end)

  it("tells of cases that lack what is asked for", function()
    local told = notes(function() domain.flags(self, { age = { min = 30 } }) end)
    assert.matches("1 of 6 rows, without a value in age, are outside the domain", told, 1, true)
    told = notes(function() domain.groups(self, { "ldu", "age" }) end)
    assert.matches("1 of 6 rows, without a value in ldu, are a group of their own, NA", told, 1, true)
    assert.matches("1 of 6 rows, without a value in age, are a group of their own, NA", told, 1, true)
  end)

  it("makes groups in byte order, of numbers by value, what is missing last", function()
    local groups = domain.groups(self, "ldu")
    assert.equal(3, #groups)
    assert.same({ "A", "B" }, { groups[1].values[1], groups[2].values[1] })
    assert.is_nil(groups[3].values[1])
    assert.equal("c2 c5", inside(self, groups[1].flags))
    assert.equal("c1 c3 c6", inside(self, groups[2].flags))
    assert.equal("c4", inside(self, groups[3].flags))
    local ages = {}
    for i, group in ipairs(domain.groups(self, { "age" })) do ages[i] = group.values[1] or "none" end
    assert.same({ 9, 30, 40, "none" }, ages)
  end)

  it("makes groups of several columns, those that occur", function()
    local list = {}
    for i, group in ipairs(domain.groups(self, { "ldu", "age" })) do
      list[i] = ("%s %s: %s"):format(group.values[1], group.values[2], inside(self, group.flags))
    end
    assert.same({ "A 30: c5", "A 40: c2", "B 9: c6", "B 30: c1", "B nil: c3", "nil 30: c4" }, list)
  end)

  it("keeps the order of declared levels", function()
    self = survey({ "ldu" }, { { "A" }, { "B" }, { "B" } }, { levels = { ldu = { "C", "B", "A" } } })
    local list = {}
    for i, group in ipairs(domain.groups(self, "ldu")) do list[i] = group.values[1] end
    assert.same({ "B", "A" }, list)
  end)

  it("puts the columns of groups before those of a result", function()
    local result = assay.frame { columns = { "x" }, rows = { { 7 }, { 8 }, { 9 } } }
    local f = domain.beside(domain.groups(self, { "ldu", "age" }), { 3, 6, 3 }, result)
    assert.same({ "ldu", "age", "x" }, f.columns)
    assert.same({ "B", nil, "B" }, f:column("ldu"):list())
    assert.same({ 9, 30, 9 }, f:column("age"):list())
    assert.same({ 7, 8, 9 }, f:column("x"):list())
    local err = refusal(domain.beside, domain.groups(self, "age"), { 1 },
      assay.frame { columns = { "age" }, rows = { { 7 } } })
    assert.matches("'age' is a column of the result: rename it", tostring(err), 1, true)
  end)

  it("hides values of private columns", function()
    self = survey({ "name" }, { { "Smith" }, { "Jones" } }, { private = { "name" } })
    local f = domain.beside(domain.groups(self, "name"), { 1, 2 },
      assay.frame { columns = { "x" }, rows = { { 7 }, { 8 } } })
    assert.matches("***", tostring(f), 1, true)
    assert.is_nil(tostring(f):find("Smith", 1, true))
  end)

  it("names the nearest column", function()
    assert.matches("unknown column 'lud': did you mean 'ldu'?", tostring(refusal(domain.flags, self, { lud = "A" })), 1,
      true)
    assert.matches("unknown column 'agee': did you mean 'age'?", tostring(refusal(domain.groups, self, "agee")), 1, true)
  end)

  it("refuses what is no domain", function()
    assert.matches("column 'ldu' is asked for twice", tostring(refusal(domain.groups, self, { "ldu", "ldu" })), 1, true)
    assert.matches("by needs the name of a column", tostring(refusal(domain.groups, self, {})), 1, true)
    assert.matches("by must be a list of text", tostring(refusal(domain.groups, self, 7)), 1, true)
    assert.matches("where needs a condition", tostring(refusal(domain.flags, self, {})), 1, true)
    local ok, err = pcall(domain.flags, self, function() error "no" end)
    assert.is_false(ok)
    assert.matches("no (in row 1)", err, 1, true)
  end)
end)
