-- statfile.lua: the files of statistics programs: SPSS .sav in and out, Stata .dta in.

local core = require "assay.core"
local check = require "assay.check"

local statfile = {}

--- The options of assay.read that these files take, and those of f:write; they say themselves what the others ask.
statfile.options = {
  "id", "columns", "types", "levels", "dates", "private", "encoding", "format", "names", "rename",
}
statfile.write_options = {}

statfile.instead = {
  missing = "which says itself what codes are missing (f.source.missing_codes): declare others there",
}

--- A stream of the file's rows.
function statfile.open(path, format, options)
  local from, to = check.renames(options.rename)
  return require "assay.formats".statfile.open(path, format, {
    encoding = options.encoding, clean = options.names == "clean", from = from, to = to,
  })
end

local function printed_codes(codes)
  local list = {}
  for i, code in ipairs(codes) do
    list[i] = ("%s%s: %d"):format(code.code, code.label and " " .. core.text.quote(code.label) or "", code.cases)
  end
  return table.concat(list, ", ")
end

-- What is said of a variable, if there is anything to say: kind of note, and text.
local notes = {
  { "missing codes", function(about, rows, secret)
    if about.user_missing == 0 then return nil end
    local codes = not secret and about.missing_codes and (" (%s)"):format(printed_codes(about.missing_codes)) or ""
    return ("%d of %d rows have a code that means missing%s"):format(about.user_missing, rows, codes)
  end },
  { "codes without a label", function(about, rows)
    return about.unlabelled > 0 and ("%d of %d rows have a code without a label, which is a level of its own")
      :format(about.unlabelled, rows) or nil
  end },
  { "labels not used", function(about)
    return about.value_labels and "stays as it is: its labels do not say what its values mean" or nil
  end },
  { "labels not used", function(about)
    return about.labels_absent and "names value labels that are not in the file" or nil
  end },
  { "not dates", function(about)
    return about.beyond_dates and "stays numbers: a value is no day of the years 1 to 9999" or nil
  end },
}

local function say(path, name, about, rows, secret)
  for _, note in ipairs(notes) do
    local text = note[2](about, rows, secret)
    if text then core.record.note(note[1], ("%s: '%s': %s"):format(path, core.text.quote(name), text)) end
  end
end

--- What else the file says, for `f.source`, once all rows were read: `names` are those of the frame's
--- columns, false for one that was left out.
function statfile.about(stream, path, _, names, private, rows)
  local all = require "assay.formats".statfile.about(stream)
  local found = { encoding = all.encoding, label = all.label, labels = {}, user_missing = {}, missing_codes = {},
    value_labels = {}, unlabelled = {}, renamed = {}, weight = all.weight and names[all.weight] or nil }
  for i, about in ipairs(all) do
    local name = names[i]
    if name then
      if name ~= about.written then table.insert(found.renamed, { from = about.written, to = name }) end
      say(path, name, about, rows, private[name])
      found.labels[name] = about.label
      found.user_missing[name] = about.user_missing > 0 and about.user_missing or nil
      found.missing_codes[name] = not private[name] and about.missing_codes or nil
      found.value_labels[name] = about.value_labels
      found.unlabelled[name] = about.unlabelled > 0 and about.unlabelled or nil
    end
  end
  if found.weight then
    core.record.note("weight", ("%s: the file weights by '%s'; nothing here is weighted by it"):format(path,
      core.text.quote(found.weight)))
  end
  return found
end

local kept = {
  { "blanks", "%d texts end in blanks, which SPSS does not keep" },
  { "empty", "%d texts are empty, which SPSS cannot tell from missing" },
  { "labels", "%d labels of variables are cut after 256 bytes" },
}

--- Writes a frame as .sav, with the labels of the variables that it was read with.
function statfile.write(frame, path)
  local labels, known = {}, frame.source and frame.source.labels or {}
  for i, name in ipairs(frame.columns) do labels[i] = known[name] or false end
  local lost = require "assay.formats".statfile.write(frame._core, path, labels)
  for _, kind in ipairs(kept) do
    if lost[kind[1]] > 0 then core.record.note("not kept", path .. ": " .. kind[2]:format(lost[kind[1]])) end
  end
end

return statfile
