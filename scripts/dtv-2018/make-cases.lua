-- make-cases.lua: the case lists and answers of data/dtv-2018. All of them are SYNTHETIC.
-- The case-level records of the inspection are not public. These are made up so that they give the
-- figures that the report of March 2019 prints; names, dates and identifiers belong to nobody.
-- What the report does not print is a choice, marked here by "assumption".
local assay = require "assay"

math.randomseed(20181105) -- the same files on every run

--- Writes a file in which every row says what it is, and so does what is made from it.
local function write(file, columns, rows, types)
  local all = table.move(columns, 1, #columns, 1, {})
  all[#all + 1] = "record"
  for _, row in ipairs(rows) do row[#all] = "synthetic" end
  assay.frame { columns = all, rows = rows, types = types, id = "case_id" }:write(file)
end

local function pick(list) return list[math.random(#list)] end

--- A list with its values in the order that `random` gives, Lua's own if none is named.
local function shuffled(list, random)
  local copy = table.move(list, 1, #list, 1, {})
  for i = #copy, 2, -1 do
    local j = (random or math.random)(i)
    copy[i], copy[j] = copy[j], copy[i]
  end
  return copy
end

--- As many of each value as `counts` says: { { "F", 3 }, { "M", 4 } }.
local function deal(counts, random)
  local list = {}
  for _, entry in ipairs(counts) do
    for _ = 1, entry[2] do list[#list + 1] = entry[1] end
  end
  return shuffled(list, random)
end

--- Random numbers of its own for each subject (Knuth's 64-bit congruential numbers): whatever is added there,
--- nothing else changes. random(n) is 1 to n.
local function stream(seed)
  return function(n)
    seed = seed * 6364136223846793005 + 1442695040888963407
    return (seed >> 33) % n + 1
  end
end

-- ---- people ------------------------------------------------------------------------------------

local forenames = {
  F = { "Ada", "Beryl", "Cora", "Dilys", "Edith", "Flora", "Gwen", "Hetty", "Iris", "Josie", "Kitty", "Lorna" },
  M = { "Alban", "Basil", "Cyril", "Denzil", "Ewan", "Felix", "Giles", "Hugo", "Ivor", "Jago", "Kit", "Lionel",
    "Magnus", "Ned", "Oswin", "Piers" },
}
local surnames = { "Appleyard", "Birtwhistle", "Cragg", "Dunnock", "Eskdale", "Fenwick", "Garsdale", "Hawkswell",
  "Ingleby", "Jagger", "Kettlewell", "Langstroth", "Marske", "Nidd", "Oxhope", "Pikeston", "Quarry", "Ravenser",
  "Swaledale", "Thirlby", "Ullock", "Wharram", "Yarm" }
local units = { "Darlington", "Durham", "Hartlepool", "Middlesbrough", "Redcar and Cleveland", "Stockton-on-Tees" }

local people = 0

--- A person nobody else is: the number makes surname and identifier unique.
local function person(gender)
  people = people + 1
  local given, family = pick(forenames[gender]), ("%s-%s"):format(pick(surnames), pick(surnames))
  return {
    forename = given, surname = family, name = family:upper() .. ", " .. given,
    dob = assay.date("1960-01-01", { days = people * 7 + math.random(0, 6) }),
    pnc = ("SYN/%07d"):format(people), gender = gender,
  }
end

-- ---- the caseload: 3,729 people ----------------------------------------------------------------

--- One of the values, with the weight that stands behind each: { "Yes", 3, "No", 7 }.
local function weighted(random, list)
  local total = 0
  for i = 2, #list, 2 do total = total + list[i] end
  local at = random(total)
  for i = 1, #list, 2 do
    at = at - list[i + 1]
    if at <= 0 then return list[i] end
  end
end

local quarters = { "2016 Q4", "2017 Q1", "2017 Q2", "2017 Q3", "2017 Q4", "2018 Q1", "2018 Q2" }

--- Offence and quarter of the start. The report says only that there is a trend towards more violent offending.
--- assumption: from 25 in 100 of those who began in the first quarter, 2 more each quarter
local function offence_of(random)
  local started = 1
  for _ = 1, 2 do started = math.max(started, random(#quarters)) end -- who began long ago is seldom there still
  local violence = 23 + 2 * started
  return quarters[started], weighted(random, { "Violence", violence, "Theft", 24, "Drugs", 11, "Driving", 13,
    "Public order", 9, "Other", 43 - violence })
end

--- What decides the allocation of a case; all of it is assumption. Cases that need a probation officer are mostly
--- held by one: the report found that on occasion they are not.
local function allocation_of(random, grade, gender, domestic_abuse, safeguarding, offence)
  local right = grade == "PO"
  local current = domestic_abuse == "Yes" and weighted(random, { "Yes", right and 62 or 7, "No", right and 38 or 93 }) or "No"
  local child_protection = safeguarding == "Yes" and weighted(random, { "Yes", right and 40 or 6, "No", right and 60 or 94 })
    or "No"
  local sexual_offence = weighted(random, { "None", 1000, "Not registered", right and 12 or 1, "Earlier", right and 18 or 2 })
  local programme = "None"
  if gender == "M" and current == "Yes" then
    programme = weighted(random, { "Building Better Relationships", right and 25 or 15, "None", 75 })
  elseif offence == "Violence" then
    programme = weighted(random, { "Resolve", right and 12 or 1, "Thinking Skills Programme", 10, "None", 78 })
  elseif offence == "Driving" then
    programme = weighted(random, { "Drink Impaired Drivers", 30, "None", 70 })
  end
  local tier = weighted(random, { "Low", 38, "Medium", 41, "High", 21 })
  local contact = ({ Low = { "Monthly", 88, "Fortnightly", 12 }, Medium = { "Monthly", 9, "Fortnightly", 80, "Weekly", 11 },
    High = { "Monthly", 2, "Fortnightly", 12, "Weekly", 86 } })[tier]
  return current, sexual_offence, child_protection, programme, tier, weighted(random, contact)
end

local function make_caseload()
  local n, rows = 3729, {}
  local officers = 73 -- 3729 / 73 = 51.08 cases each; the report prints an average of 51
  -- assumption: shares of gender within "almost one in five women", disposal, risk and delivery unit
  local gender = deal { { "F", 705 }, { "M", n - 705 } }
  local disposal = deal { { "Community", 2353 }, { "Post-custody", n - 2353 } }
  local rosh = deal { { "Low", 1201 }, { "Medium", n - 1201 } }
  local ldu = deal { { units[1], 389 }, { units[2], 1127 }, { units[3], 431 }, { units[4], 733 }, { units[5], 478 },
    { units[6], 571 } }
  local domestic_abuse = deal { { "Yes", 1492 }, { "No", n - 1492 } } -- 40 per cent
  local safeguarding = deal { { "Yes", 373 }, { "No", n - 373 } } -- 10 per cent
  local loads, held = {}, {}
  for i = 1, officers do loads[i], held[i] = math.random(32, 70), 0 end
  local total = 0
  for i = 1, officers do total = total + loads[i] end
  while total ~= n do -- one case more or less for one officer after another
    local i = math.random(officers)
    local step = total < n and 1 or -1
    loads[i], total = loads[i] + step, total + step
  end
  local random = stream(20180630)
  local grades = deal({ { "PO", 42 }, { "PSO", officers - 42 } }, random) -- assumption
  local who = 1
  for i = 1, n do
    if held[who] == loads[who] then who = who + 1 end
    held[who] = held[who] + 1
    local quarter, offence = offence_of(random)
    rows[i] = { ("C%05d"):format(i), gender[i], disposal[i], rosh[i], ldu[i], ("RO%02d"):format(who),
      domestic_abuse[i], safeguarding[i], grades[who], quarter, offence,
      allocation_of(random, grades[who], gender[i], domestic_abuse[i], safeguarding[i], offence) }
  end
  write("caseload.csv", { "case_id", "gender", "disposal", "rosh", "ldu", "officer", "domestic_abuse", "safeguarding",
    "grade", "quarter", "offence", "current_domestic_abuse", "sexual_offence", "child_protection", "programme", "tier",
    "contact" }, rows)
end

--- The year before. Nothing of it is printed but that violent offending has grown since: all else is assumption.
local function make_caseload_before()
  local n, rows, random = 3816, {}, stream(20170630)
  local columns = {
    deal({ { "F", 672 }, { "M", n - 672 } }, random),
    deal({ { "Community", 2473 }, { "Post-custody", n - 2473 } }, random),
    deal({ { "Low", 1304 }, { "Medium", n - 1304 } }, random),
    deal({ { units[1], 402 }, { units[2], 1139 }, { units[3], 447 }, { units[4], 741 }, { units[5], 503 },
      { units[6], 584 } }, random),
    deal({ { "Yes", 1412 }, { "No", n - 1412 } }, random),
    deal({ { "Yes", 355 }, { "No", n - 355 } }, random),
    deal({ { "Violence", 1031 }, { "Theft", 951 }, { "Drugs", 427 }, { "Driving", 496 }, { "Public order", 344 },
      { "Other", 567 } }, random),
  }
  for i = 1, n do
    rows[i] = { ("B%05d"):format(i) }
    for j, column in ipairs(columns) do rows[i][j + 1] = column[i] end
  end
  write("caseload-2017.csv", { "case_id", "gender", "disposal", "rosh", "ldu", "domestic_abuse", "safeguarding",
    "offence" }, rows)
end

-- ---- long lists of cases, from which some must be left out ---------------------------------------

local columns = { "case_id", "name", "forename", "surname", "dob", "pnc", "gender", "disposal", "rosh", "ldu",
  "officer", "start" }

--- A long list. `eligible` gives the cases that are to remain, by gender, disposal and risk; `window`
--- the first and last start that is in time; `others` how many are restricted, too early, too late,
--- and second cases of a person (half by pnc, half by name and date of birth alone).
local function make_list(file, prefix, eligible, window, others)
  local rows, length = {}, assay.days(window[1], window[2])
  local function add(who, level, start)
    rows[#rows + 1] = { false, who.name, who.forename, who.surname, who.dob, who.pnc, who.gender, level.disposal,
      level.rosh, pick(units), ("RO%02d"):format(math.random(73)), start }
  end
  local function in_window() return assay.date(window[1], { days = math.random(0, length) }) end
  local remaining = {}
  for _, level in ipairs(eligible) do
    for _ = 1, level.cases do
      local who = person(level.gender)
      local start = in_window()
      add(who, level, start)
      if start < window[2] then remaining[#remaining + 1] = { who, level, start } end
    end
  end
  for _ = 1, others.restricted do
    local level = pick(eligible)
    local who = person(level.gender)
    who.name = "*** restricted"
    add(who, level, in_window())
  end
  for _ = 1, others.early do
    local level = pick(eligible)
    add(person(level.gender), level, assay.date(window[1], { days = -math.random(1, 40) }))
  end
  for _ = 1, others.late do
    local level = pick(eligible)
    add(person(level.gender), level, assay.date(window[2], { days = math.random(1, 40) }))
  end
  local again = shuffled(remaining)
  for i = 1, others.second do
    local who, level, start = table.unpack(again[i])
    local same = {}
    for key, value in next, who do same[key] = value end
    if i % 2 == 0 then same.pnc = nil end -- then only name and date of birth say who it is
    add(same, level, assay.date(start, { days = math.random(1, assay.days(start, window[2])) }))
  end
  rows = shuffled(rows)
  for i, row in ipairs(rows) do row[1] = ("%s%04d"):format(prefix, i) end
  local types = {}
  for _, name in ipairs(columns) do types[name] = name ~= "dob" and name ~= "start" and "text" or "date" end
  write(file, columns, rows, types)
end

local function levels(counts)
  local list = {}
  for _, entry in ipairs(counts) do
    list[#list + 1] = { gender = entry[1], disposal = entry[2], rosh = entry[3], cases = entry[4] }
  end
  return list
end

local fieldwork = "2018-11-05"

make_caseload()
make_caseload_before()

-- 254 eligible cases: a sample of 100 at 80 per cent confidence and a margin of 5 comes from 248 to 254.
make_list("case-supervision.csv", "S", levels {
  { "F", "Community", "Low", 15 }, { "F", "Community", "Medium", 19 }, { "F", "Post-custody", "Low", 3 },
  { "F", "Post-custody", "Medium", 11 }, { "M", "Community", "Low", 52 }, { "M", "Community", "Medium", 74 },
  { "M", "Post-custody", "Low", 22 }, { "M", "Post-custody", "Medium", 58 },
}, { assay.date(fieldwork, { months = -7 }), assay.date(fieldwork, { months = -6 }) },
  { restricted = 7, early = 23, late = 19, second = 11 })

-- 27 eligible cases each: a sample of 24 comes from 27.
make_list("unpaid-work.csv", "U", levels {
  { "F", "Community", "Low", 2 }, { "F", "Community", "Medium", 3 }, { "M", "Community", "Low", 9 },
  { "M", "Community", "Medium", 13 },
}, { assay.date(fieldwork, { months = -5 }), assay.date(fieldwork, { months = -3 }) },
  { restricted = 2, early = 0, late = 6, second = 3 })

make_list("through-the-gate.csv", "G", levels {
  { "F", "Post-custody", "Low", 1 }, { "F", "Post-custody", "Medium", 3 }, { "M", "Post-custody", "Low", 8 },
  { "M", "Post-custody", "Medium", 15 },
}, { assay.date(fieldwork, { days = -42 }), assay.date(fieldwork, { days = -28 }) },
  { restricted = 1, early = 5, late = 4, second = 2 })

-- ---- answers, for the cases that draw.lua selects, as replace.lua leaves them ---------------------

require "draw"
require "replace"

--- The hours of unpaid work that a court ordered, which no report prints. assumption: from 40, the fewest that are
--- inspected, to 300 for the cases that draw.lua finds eligible; of the others some have fewer.
local function make_hours()
  local random, eligible, rows = stream(20180805), {}, {}
  for _, id in ipairs(assay.read("unpaid-work/frame.csv", { id = "case_id" }):column("case_id"):list()) do eligible[id] = true end
  for _, id in ipairs(assay.read("unpaid-work.csv", { id = "case_id" }):column("case_id"):list()) do
    rows[#rows + 1] = { id, eligible[id] and 30 + 10 * random(27) or 10 * random(6) }
  end
  write("unpaid-work-hours.csv", { "case_id", "hours" }, rows)
end

make_hours()

--- Answers that give `yes` of `relevant` cases for each question; the rest are NA. Cases differ in
--- how good the work on them is, so that the answers to several questions go together.
local function make_answers(name, questions)
  local sample, rows, ids, quality = assay.open_sample(name), {}, {}, {}
  for case in sample.cases:rows() do
    if case.role == "sample" then
      ids[#ids + 1] = case.case_id
      quality[case.case_id] = math.random()
      rows[case.case_id] = { case.case_id }
    end
  end
  local names = { "case_id" }
  for _, question in ipairs(questions) do
    names[#names + 1] = question.id
    local score, order = {}, shuffled(question.among or ids)
    local relevant = {}
    for i = 1, question.relevant do relevant[i] = order[i] end
    for _, id in ipairs(ids) do
      score[id] = quality[id] + math.random()
      rows[id][#names] = "NA"
    end
    table.sort(relevant, function(a, b) return score[a] > score[b] end)
    for i, id in ipairs(relevant) do rows[id][#names] = i <= question.yes and "Yes" or "No" end
  end
  table.sort(ids)
  local list = {}
  for i, id in ipairs(ids) do list[i] = rows[id] end
  write("answers-" .. name .. ".csv", names, list)
  return ids
end

make_answers("case-supervision", {
  { id = "2.1.1", yes = 63, relevant = 100 }, { id = "2.1.2", yes = 57, relevant = 100 },
  { id = "2.1.3", yes = 47, relevant = 100 }, { id = "2.2.1", yes = 61, relevant = 100 },
  { id = "2.2.2", yes = 60, relevant = 100 }, { id = "2.2.3", yes = 27, relevant = 74 }, -- as printed
  { id = "2.3.1", yes = 73, relevant = 100 }, { id = "2.3.2", yes = 52, relevant = 100 },
  { id = "2.3.3", yes = 29, relevant = 69 }, -- assumption: 69, the base of a question beside it
  { id = "2.4.1", yes = 65, relevant = 100 }, { id = "2.4.2", yes = 46, relevant = 100 },
  { id = "2.4.3", yes = 19, relevant = 58 }, -- as printed
})

-- assumption: one of the 24 unpaid work cases could not be assessed, since 61, 74 and 70 per cent are
-- no shares of 24 and all four figures are shares of 23
local unpaid = {}
for case in assay.open_sample("unpaid-work").cases:rows() do
  if case.role == "sample" then unpaid[#unpaid + 1] = case.case_id end
end
table.sort(unpaid)
table.remove(unpaid, math.random(#unpaid))
make_answers("unpaid-work", {
  { id = "4.1.1", yes = 14, relevant = 23, among = unpaid },
  { id = "4.1.2", yes = 19, relevant = 23, among = unpaid },
  { id = "4.1.3", yes = 17, relevant = 23, among = unpaid },
  { id = "4.1.4", yes = 16, relevant = 23, among = unpaid },
})

make_answers("through-the-gate", {
  { id = "4.2.1", yes = 12, relevant = 24 }, { id = "4.2.2", yes = 12, relevant = 24 },
  { id = "4.2.3", yes = 12, relevant = 24 },
})
