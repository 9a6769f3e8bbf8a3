-- claims.lua: whether the figures that a document prints can be true.

local core = require "assay.core"
local check = require "assay.check"
local claim_list = require "assay.claim"
local phrase = require "assay.phrase"
local table_text = require "assay.report.table"

local claims = {}

local roundings = core.published.rules()
local HOLDS, CANNOT, NO_BASE = "holds", "cannot hold", "base not stated"
local MOST_RUNS = 6        -- of neighbouring bases, and of ids, that are written out
local MOST_BASES = 100000  -- how far they are looked for where nothing bounds them
local MOST_TRIED = 10000000 -- how many where something does, but far away

-- ---- bases that belong together --------------------------------------------------------------

local function check_ids(list)
  local seen = {}
  for i, claim in ipairs(list) do
    if seen[claim.id] then
      return claim.refuse(("the id '%s' is that of claim %d"):format(core.text.quote(claim.id), seen[claim.id]))
    end
    seen[claim.id] = i
  end
end

--- A workbook keeps 61% as 0.61: such a number is a share whose sign was lost, unless a true value says that it is not.
local function check_sign(claim)
  local about = claim.about
  if about.kind ~= "number" or about.convention then return end
  local has_base = claim.of or claim.at_most or claim.base
  if about.narrow.lower > 0 and about.narrow.upper < 1 and (has_base or not claim.value) then
    return claim.refuse(("'%s' is a number below 1: if a share is meant write %s%%, in a workbook as text")
      :format(core.text.quote(claim.says), table_text.short(100 * tonumber(claim.says:match "%d+%.%d+"))))
  end
end

--- Sets figure and stated base of each claim.
local function read_figures(list, wording, rounding)
  for _, claim in ipairs(list) do
    local figure, why = phrase.read(claim.says, wording, rounding)
    if not figure then return claim.refuse(why) end
    claim.figure, claim.about = figure, core.figure.about(figure)
    check_sign(claim)
    local printed = claim.about.base
    if printed and claim.of and printed ~= claim.of then
      return claim.refuse(("'%s' is of %d, but 'of' is %d"):format(core.text.quote(claim.says), printed, claim.of))
    end
    if printed and claim.at_most then
      return claim.refuse(("'%s' states its base, %d: 'at_most' is for a base that is not stated")
        :format(core.text.quote(claim.says), printed))
    end
    claim.n = claim.of or printed
  end
end

local function join_bound(group, claim)
  if claim.n and group.n and claim.n ~= group.n then
    return claim.refuse(("base '%s' is %d here and %d before"):format(core.text.quote(claim.base), claim.n, group.n))
  end
  group.n = group.n or claim.n
  if claim.at_most then group.at_most = math.min(group.at_most or claim.at_most, claim.at_most) end
  if group.n and group.at_most and group.n > group.at_most then
    return claim.refuse(("base '%s' is %d, but has at most %d"):format(core.text.quote(claim.base), group.n, group.at_most))
  end
  group[#group + 1] = claim
end

--- Gives every claim its group: the claims of one base, or itself alone.
local function group_claims(list)
  local groups = {}
  for _, claim in ipairs(list) do
    local group = claim.base and groups[claim.base] or {}
    if claim.base then groups[claim.base] = group end
    join_bound(group, claim)
    claim.group = group
  end
  for _, claim in ipairs(list) do claim.n = claim.group.n end
end

-- ---- words -----------------------------------------------------------------------------------

--- "14", "14-16": whole numbers from first to last.
local function run_text(first, last)
  if last == math.maxinteger then return ("%d and more"):format(first) end
  return first == last and ("%d"):format(first) or ("%d-%d"):format(first, last)
end

--- "18, 23, 30-34" of runs; of many the first ones, the last one, and how many numbers there are in all.
local function runs_text(runs)
  local parts, total, n = {}, 0, #runs // 2
  for i = 1, n do
    local first, last = runs[2 * i - 1], runs[2 * i]
    total = total + last - first + 1
    if n <= MOST_RUNS or i < MOST_RUNS or i == n then parts[#parts + 1] = run_text(first, last) end
  end
  if n > MOST_RUNS then
    table.insert(parts, #parts, "...")
    parts[#parts] = ("%s (%d in all)"):format(parts[#parts], total)
  end
  return table.concat(parts, ", ")
end

local function per_cent(x, n) return core.text.fixed(100 * x / n, 2) .. "%" end

local function share_text(x, n) return ("%d of %d is %s"):format(x, n, per_cent(x, n)) end

local function quoted(claim) return core.text.quote(claim.says) end

-- ---- a claim of a stated base ----------------------------------------------------------------

--- The rules of rounding, other than the one asked for, under which a figure can be of n.
local function other_rules(claim, context)
  local list = {}
  if claim.about.convention then return "" end
  for _, rule in ipairs(roundings) do
    local figure = rule ~= context.rounding and core.figure.read(context.wording.handle, rule, claim.says)
    if figure then
      local first, last = core.figure.counts(figure, "literal", claim.n)
      if first <= last then list[#list + 1] = rule end
    end
  end
  return #list > 0 and ("; it can be with rounding %s"):format(table.concat(list, ", ")) or ""
end

--- Why no count of n is printed so: the counts on either side of it.
local function why_none(claim, first, last, context)
  local n, count = claim.n, claim.about.count
  if count and count > n then return ("%d is more than %d"):format(count, n) end
  if count then return share_text(count, n) .. other_rules(claim, context) end
  local beside = {}
  if last >= 0 and last <= n and last < first then beside[1] = share_text(last, n) end
  if first >= 0 and first <= n and last < first then beside[#beside + 1] = share_text(first, n) end
  local meant = claim.about.convention and ", " .. phrase.range_text(claim.about[context.reading]) or ""
  return ("no count of %d is %s%s%s%s%s"):format(n, quoted(claim), meant, #beside > 0 and ": " or "",
    table.concat(beside, ", "), other_rules(claim, context))
end

--- Beside what can be: words read as they are usually meant would say otherwise.
local function only_literally(claim)
  return ("literally; '%s' usually means %s"):format(quoted(claim), phrase.range_text(claim.about.narrow))
end

local function of_stated(claim, context)
  local first, last = core.figure.counts(claim.figure, context.reading, claim.n)
  if first > last and context.reading == "narrow" then
    local low, high = core.figure.counts(claim.figure, "literal", claim.n)
    if low <= high then return CANNOT, nil, ("as '%s' is usually meant, %s; literally it can"):format(quoted(claim),
      phrase.range_text(claim.about.narrow)) end
  end
  if first > last then return CANNOT, nil, why_none(claim, first, last, context) end
  local low, high = core.figure.counts(claim.figure, "narrow", claim.n)
  return HOLDS, run_text(first, last), low > high and only_literally(claim) or nil
end

-- ---- a claim of an unstated base -------------------------------------------------------------

--- The base from which on every one fits these shares; nil where that is not known, or too far away to be looked for.
local function settled_of(shares, reading)
  local from = 1
  for _, claim in ipairs(shares) do
    local settled = core.figure.settled(claim.figure, reading)
    if claim.about.count or not settled or settled > MOST_BASES then return nil end
    from = math.max(from, settled)
  end
  return from
end

--- The claims of a group that are shares, and the least and the last base that printed counts leave; the latter nil
--- where none is printed with a share.
local function shares_of(group, reading)
  local shares, least, last = {}, 1, nil
  for _, claim in ipairs(group) do
    if claim.about.kind == "share" then
      shares[#shares + 1] = claim
      if claim.about.count then
        least = math.max(least, claim.about.count)
        last = math.min(last or math.maxinteger, core.figure.last_base(claim.figure, reading))
      end
    else
      least = math.max(least, (core.figure.whole(claim.figure, reading)))
    end
  end
  return shares, least, last
end

local function figures_of(shares)
  local figures = {}
  for i, claim in ipairs(shares) do figures[i] = claim.figure end
  return figures
end

--- The runs of bases that fit, from `least` on; the base from which on every one does, if nothing bounds them; the last
--- base that was asked about, and whether there are more. What lies behind a settled base is not gone through.
local function bases_of(group, shares, least, last, reading)
  local settled = settled_of(shares, reading)
  local from = settled and math.max(settled, least)
  local bound = math.min(group.at_most or last or from or MOST_BASES, last or math.maxinteger)
  local most = math.min(bound, least + MOST_TRIED)
  if least > bound then return {}, nil, bound end
  if not from or from > most then
    return core.figure.bases(figures_of(shares), reading, least, most), nil, most, most < bound
  end
  local runs = #shares > 0 and core.figure.bases(figures_of(shares), reading, least, from) or { from, from }
  if group.at_most then runs[#runs] = bound end -- its last run ends with `from`, which fits
  return runs, not group.at_most and from or nil, bound
end

--- Whether one of these is printed as a share that nothing can have, such as 120%.
local function has_empty(shares, reading)
  for _, claim in ipairs(shares) do
    local range = claim.about[reading]
    local is_point = range.lower == range.upper
    if range.lower > 1 or is_point and not (range.lower_closed and range.upper_closed) then return true end
  end
  return false
end

--- The bases that all claims of a group can have, found once: runs, the base from which on all fit, the last one asked.
local function possible_bases(group, reading)
  if not group.runs then
    local shares, least, last = shares_of(group, reading)
    local is_cut
    group.runs, group.from, group.most, is_cut = bases_of(group, shares, least, last, reading)
    group.is_cut = (is_cut or not (group.at_most or last or group.from)) and not has_empty(shares, reading)
  end
  return group
end

local function bases_text(runs, from)
  if not from then return runs_text(runs) end
  local last = #runs
  if runs[last] ~= from then return runs_text(runs) .. (" and all from %d on"):format(from) end
  local start = runs[last - 1]
  runs = table.move(runs, 1, last - 2, 1, {})
  return (#runs > 0 and runs_text(runs) .. " and " or "") .. ("all from %d on"):format(start)
end

--- The other claims of a group: of many the first ones, and how many more there are.
local function others_of(claim)
  local ids, n = {}, #claim.group - 1
  local most = n <= MOST_RUNS and n or MOST_RUNS - 1
  for _, other in ipairs(claim.group) do
    if #ids == most then break end
    if other ~= claim then ids[#ids + 1] = core.text.quote(other.id) end
  end
  return table.concat(ids, ", ") .. (most < n and (" and %d others"):format(n - most) or "")
end

--- The bases of a claim by itself, where it stands in a group.
local function alone(claim, reading)
  local group = { claim, at_most = claim.group.at_most }
  possible_bases(group, reading)
  return group.runs, bases_text(group.runs, group.from)
end

local function of_unstated(claim, context)
  local group = possible_bases(claim.group, context.reading)
  if #group.runs > 0 then
    local why = group.is_cut and ("bases up to %d were tried"):format(group.most)
    if #group > 1 then
      local _, text = alone(claim, context.reading)
      why = ("with %s; alone: %s"):format(others_of(claim), text)
    end
    return NO_BASE, bases_text(group.runs, group.from), why or nil
  end
  if group.is_cut then return NO_BASE, ("above %d"):format(group.most), nil end
  local runs, text = { true }, nil
  if #group > 1 then runs, text = alone(claim, context.reading) end
  local none = group.at_most and ("no base up to %d"):format(group.at_most) or "no base"
  if #group > 1 and #runs > 0 then
    return CANNOT, nil, ("%s fits it and %s; alone: %s"):format(none, others_of(claim), text)
  end
  return CANNOT, nil, ("%s has a count that is %s"):format(none, quoted(claim))
end

-- ---- a claim whose true value is known -------------------------------------------------------

--- The true value of a claim as over, under; refuses one that is no share, or no count of the base, where one is needed.
local function true_value(claim)
  local over, under, is_share = core.figure.value(claim.value)
  if not over then
    return claim.refuse(("value '%s' is none: give a share (0.365, 36.5%%, 27 of 74) or a number")
      :format(core.text.quote(claim.value)))
  end
  if claim.about.kind == "number" then return over, under end
  local is_count = under == 1 and not is_share and not claim.value:find("[.]")
  if is_count and claim.n then
    if over <= claim.n then return over, claim.n end
    return claim.refuse(("value %d is more than the base, %d"):format(over, claim.n))
  end
  if over <= under then return over, under end
  return claim.refuse(is_count and ("value %d is a count, and its base is not stated: give 'of'"):format(over)
    or ("value '%s' is above 1: a share is 0.365, 36.5%% or 27 of 74"):format(core.text.quote(claim.value)))
end

local function value_shown(claim, over, under)
  if claim.about.kind == "number" then return claim.value end
  local share = per_cent(over, under)
  return claim.n and under == claim.n and ("%d of %d (%s)"):format(over, under, share) or share
end

local function of_value(claim, context, over, under)
  local shown = value_shown(claim, over, under)
  local count = claim.about.count
  if count and claim.n == under and count ~= over then return CANNOT, ("the true count is %d"):format(over) end
  if not core.figure.contains(claim.figure, context.reading, over, under) then
    local range = claim.about.convention and ", outside " .. phrase.range_text(claim.about[context.reading]) or ""
    return CANNOT, ("the true value is %s%s"):format(shown, range)
  end
  local why = ("the true value is %s"):format(shown)
  if not core.figure.contains(claim.figure, "narrow", over, under) then why = why .. "; " .. only_literally(claim) end
  return HOLDS, why
end

-- ---- verdicts --------------------------------------------------------------------------------

--- A count can be no larger than its base.
local function number_verdict(claim, context)
  local first, last = core.figure.whole(claim.figure, context.reading)
  local is_count = claim.n or claim.base or claim.at_most
  if is_count and first > last then return CANNOT, nil, ("no whole number is '%s'"):format(quoted(claim)) end
  if claim.n and first > claim.n then return CANNOT, nil, ("%d is more than the base, %d"):format(first, claim.n) end
  if claim.n then last = math.min(last, claim.n) end
  if is_count and not claim.n then return of_unstated(claim, context) end
  local possible = claim.about.convention and first <= last and run_text(first, last) or nil
  local unchecked = not claim.n and not claim.value
  claim.unchecked = unchecked
  return HOLDS, possible, unchecked and "a number with nothing to check it against" or nil
end

local function judge(claim, context)
  local verdict, possible, why, over, under
  if claim.value then over, under = true_value(claim) end
  if claim.about.kind == "number" then verdict, possible, why = number_verdict(claim, context)
  elseif claim.n then verdict, possible, why = of_stated(claim, context)
  else verdict, possible, why = of_unstated(claim, context) end
  if not over or verdict == CANNOT then return verdict, possible, why end
  local found, because = of_value(claim, context, over, under)
  return found, found == HOLDS and claim.n and possible or nil, because
end

local function count_of(n, one, many) return ("%d %s"):format(n, n == 1 and one or many or one) end

local function heading(list, verdicts)
  local lines = { ("%s: %s, %s, %s"):format(count_of(#list, "claim", "claims"), count_of(verdicts.holds, "holds", "hold"),
    count_of(verdicts.cannot_hold, "cannot hold"), count_of(verdicts.base_not_stated, "base not stated", "bases not stated")) }
  if verdicts.unchecked > 0 then
    lines[1] = lines[1] .. ("; %s with nothing to check it against"):format(count_of(verdicts.unchecked, "number", "numbers"))
  end
  for _, claim in ipairs(list) do
    if claim.verdict == CANNOT then
      lines[#lines + 1] = ("cannot hold: %s, '%s'%s"):format(core.text.quote(claim.id), quoted(claim),
        claim.source and " (" .. claim.source .. ")" or "")
    end
  end
  return table.concat(lines, "\n")
end

local names = { [HOLDS] = "holds", [CANNOT] = "cannot_hold", [NO_BASE] = "base_not_stated" }

--- Judges every claim; how often each verdict was given.
local function judge_all(list, context)
  local verdicts, rows = { holds = 0, cannot_hold = 0, base_not_stated = 0, unchecked = 0 }, {}
  for i, claim in ipairs(list) do
    local verdict, possible, why = judge(claim, context)
    claim.verdict = verdict
    verdicts[names[verdict]] = verdicts[names[verdict]] + 1
    if claim.unchecked then verdicts.unchecked = verdicts.unchecked + 1 end
    rows[i] = { claim.id, claim.says, verdict, possible, why }
  end
  return verdicts, rows
end

local check_options = check.options("CheckOptions", {
  reading = { "literal", "narrow" }, rounding = roundings, wording = "any",
})

--- Judges claims that were read, by options that were checked.
local function answer(list, o)
  local context = { wording = phrase.wording(o.wording), rounding = o.rounding or "half_up", reading = o.reading or "literal" }
  check_ids(list)
  read_figures(list, context.wording, context.rounding)
  group_claims(list)
  local verdicts, rows = judge_all(list, context)
  local types = { id = "text", says = "text", verdict = "text", possible = "text", why = "text" }
  local frame = require "assay".frame { columns = { "id", "says", "verdict", "possible", "why" }, rows = rows, types = types }
  rawset(frame, "verdicts", verdicts)
  rawset(frame, "_above", heading(list, verdicts))
  if verdicts.cannot_hold > 0 then
    core.record.note("claims", ("%d of %d cannot hold"):format(verdicts.cannot_hold, #list))
  end
  return frame
end

--- The same of a file, read by options of assay.read.
function claims.check_file(path, read_options, options)
  local o = check_options(options)
  return answer(claim_list.read(path, read_options), o)
end

function claims.check(from, options)
  local o = check_options(options)
  return answer(claim_list.read(from), o)
end

return claims
