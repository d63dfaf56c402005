// Package reason has the words that say why something is refused. A screen has a
// sentence of its own for each word in each language (web/src/shared/i18n), so a
// new word is a new value of the contract's ProblemReason first.
package reason

// Word is why something is refused, in one word that never changes its meaning.
type Word string

// What was sent cannot be used.
const (
	Required     Word = "required"
	TooShort     Word = "tooShort"   // min
	TooLong      Word = "tooLong"    // max
	TooFew       Word = "tooFew"     // min
	TooMany      Word = "tooMany"    // max
	OutOfRange   Word = "outOfRange" // min, max
	NotOneOf     Word = "notOneOf"   // values
	NotAMoment   Word = "notAMoment"
	Past         Word = "past"
	BadPeriod    Word = "badPeriod"  // days
	Malformed    Word = "malformed"  // for programs, not for people
	BadSetting   Word = "badSetting" // text, in English
	BodyTooLarge Word = "bodyTooLarge"
)

// Who asks may not do this.
const (
	NotSignedIn      Word = "notSignedIn"
	SessionEnded     Word = "sessionEnded"
	LoginWrong       Word = "loginWrong"
	LoginTooSoon     Word = "loginTooSoon"        // seconds
	NetworkTooSoon   Word = "loginNetworkTooSoon" // seconds
	KeyWrong         Word = "keyWrong"
	KeyLacksScope    Word = "keyLacksScope" // scope
	TooSoon          Word = "tooSoon"       // seconds
	OwnSession       Word = "ownSession"
	AgentsOnly       Word = "agentsOnly"
	AdminsOnly       Word = "adminsOnly"
	OwnersOnly       Word = "ownersOnly"
	SupervisorsOnly  Word = "supervisorsOnly"
	NotYourself      Word = "notYourself"
	LastOwner        Word = "lastOwner"
	NoWorkspace      Word = "noWorkspace"
	OtherSite        Word = "otherSite"
	WorksElsewhere   Word = "worksElsewhere"
	PasswordShort    Word = "passwordShort" // min
	PasswordRepeats  Word = "passwordRepeats"
	PasswordIsName   Word = "passwordIsName"
	PasswordWrong    Word = "passwordWrong"
	PasswordChanged  Word = "passwordChanged"
	PasswordYourOwn  Word = "passwordYourOwn"
	AgentAlready     Word = "agentAlready" // email
	AccountElsewhere Word = "accountElsewhere"
	NotAcceptedYet   Word = "notAcceptedYet"  // name
	AcceptedAlready  Word = "acceptedAlready" // name
)

// What is spoken of is not there.
const (
	NoAddress      Word = "noAddress"
	NoAgent        Word = "noAgent"
	NoBlock        Word = "noBlock"
	NoCall         Word = "noCall"
	NoContact      Word = "noContact"
	NoFlowVersion  Word = "noFlowVersion"
	NoFlowNumber   Word = "noFlowNumber" // number
	NoConversation Word = "noConversation"
	NoKey          Word = "noKey"
	NoNumber       Word = "noNumber"
	NoPhone        Word = "noPhone"
	NoProfileField Word = "noProfileField" // name
	NoRateOfYours  Word = "noRateOfYours"
	NoRecording    Word = "noRecording"
	NoSound        Word = "noSound"
	NoTeam         Word = "noTeam"
	NoTrunkLike    Word = "noTrunkLike"
	NoWebhook      Word = "noWebhook"
	NoDelivery     Word = "noDelivery"
	LinkUsed       Word = "linkUsed"
	LinkExpired    Word = "linkExpired"
	NotThere       Word = "notThere"
)

// A command is not possible in a call as it stands.
const (
	CallOver             Word = "callOver"
	CallFull             Word = "callFull" // max
	NotInCall            Word = "notInCall"
	AnswerFirst          Word = "answerFirst"
	AnsweredAlready      Word = "answeredAlready"
	ListeningOnly        Word = "listeningOnly"
	CustomerNotConnected Word = "customerNotConnected"
	OnlyPhoneHolds       Word = "onlyPhoneHolds"
	BadDigits            Word = "badDigits"
	InCallAlready        Word = "inCallAlready"
	NotBeingCalled       Word = "notBeingCalled"
	NotAssignable        Word = "notAssignable"
	RingsAlready         Word = "ringsAlready"
	NotRecorded          Word = "notRecorded"
	AnnouncementPlays    Word = "announcementPlays"
	ListeningUnannounced Word = "listeningUnannounced"
	NobodyTalks          Word = "nobodyTalks"
	TransferToYourself   Word = "transferToYourself"
	NotAnsweredYet       Word = "notAnsweredYet"
	RejoinTooLate        Word = "rejoinTooLate"
	AgentNoSeat          Word = "agentNoSeat"       // name
	AgentUnavailable     Word = "agentUnavailable"  // name, status
	AgentTakesNoPhone    Word = "agentTakesNoPhone" // name
	AgentDND             Word = "agentDnd"          // name
	AgentOffline         Word = "agentOffline"      // name
	AgentBeingCalled     Word = "agentBeingCalled"  // name
	YouAreInACall        Word = "youAreInACall"
)

// A call may not be placed (OUT), and why missed ones cannot be called back.
const (
	MissedHandled      Word = "missedHandled" // at, and name where it is known
	NotMissed          Word = "notMissed"
	MissedOtherNumber  Word = "missedOtherNumber"
	MissedWithheld     Word = "missedWithheld"
	MissedAddress      Word = "missedAddress" // address
	OtherContact       Word = "otherContact"
	PhoneNotConnected  Word = "phoneNotConnected"
	NotANumber         Word = "notANumber" // text
	NoSeat             Word = "noSeat"
	MayNotCall         Word = "mayNotCall"
	CallerIDNotYours   Word = "callerIdNotYours"
	NoCallerID         Word = "noCallerId"
	OutboundDamaged    Word = "outboundDamaged"
	NationalNotAllowed Word = "nationalNotAllowed"
	CountryNotAllowed  Word = "countryNotAllowed" // country, prefix
	PremiumNotAllowed  Word = "premiumNotAllowed" // number
	NumberNotAbroad    Word = "numberNotAbroad"   // number
	NoNumberAbroad     Word = "noNumberAbroad"
	NoRate             Word = "noRate"  // number
	NoTrunk            Word = "noTrunk" // calls cannot go out
	CapCallsPerSecond  Word = "capCallsPerSecond"
	CapCalls           Word = "capCalls" // scope, limit; the other three, too
	CapMinutes         Word = "capMinutes"
	CapCost            Word = "capCost"
)

// A change is not possible as things stand.
const (
	ChangedMeanwhile   Word = "changedMeanwhile"
	MissedOnlyClosed   Word = "missedOnlyClosed" // MISS-2
	NotInWrapUp        Word = "notInWrapUp"
	WrapUpExtended     Word = "wrapUpExtended"  // max
	NoMessages         Word = "noMessages"      // INBOX-2
	NumberOfAnother    Word = "numberOfAnother" // number, where it is known
	MemberNeedsName    Word = "memberNeedsName"
	MergeSame          Word = "mergeSame"
	ContactInCall      Word = "contactInCall"
	CannotUndo         Word = "cannotUndo"
	StillRunning       Word = "stillRunning"
	BeingMade          Word = "beingMade"
	BadFile            Word = "badFile" // text, in English
	ImportNeedsNames   Word = "importNeedsNames"
	NameTaken          Word = "nameTaken"
	NotAnEmail         Word = "notAnEmail"
	KeysTaken          Word = "keysTaken" // command
	KeysReserved       Word = "keysReserved"
	TeamNameTaken      Word = "teamNameTaken"
	TeamInUse          Word = "teamInUse" // text, in English
	BadSkill           Word = "badSkill"
	BadTimeZone        Word = "badTimeZone" // zone
	NumberTaken        Word = "numberTaken" // number
	NumberHasHistory   Word = "numberHasHistory"
	RateTaken          Word = "rateTaken" // prefix
	RateHolds          Word = "rateHolds"
	TrunkHasNumbers    Word = "trunkHasNumbers" // numbers
	TrunkTakesNothing  Word = "trunkTakesNothing"
	TrunkUnusable      Word = "trunkUnusable" // text, in English
	TrunkWithoutTLS    Word = "trunkWithoutTLS"
	TrunkAddressTaken  Word = "trunkAddressTaken"
	BadSoundName       Word = "badSoundName"
	BadSound           Word = "badSound"      // text, in English
	TooManySounds      Word = "tooManySounds" // max
	RecordingPending   Word = "recordingPending"
	RecordingFailed    Word = "recordingFailed" // text, in English
	RecordingGone      Word = "recordingGone"
	RecordingAway      Word = "recordingAway"
	NoNumberToCall     Word = "noNumberToCall"
	EngineUnreachable  Word = "engineUnreachable"
	Restarting         Word = "restarting"
	TookTooLong        Word = "tookTooLong"
	DiskFull           Word = "diskFull"
	BadWebhookURL      Word = "badWebhookUrl"   // text, in English
	TooManyWebhooks    Word = "tooManyWebhooks" // max
	WebhookOff         Word = "webhookOff"
	FlowsChanged       Word = "flowsChanged"  // version, name, at
	FlowsInFolder      Word = "flowsInFolder" // path
	FlowsTooLong       Word = "flowsTooLong"  // max
	FlowFileTwice      Word = "flowFileTwice" // name
	CannotConvert      Word = "cannotConvert"
	ConvertsOthers     Word = "convertsOthers"
	TooManyConnections Word = "tooManyConnections"
	Overloaded         Word = "overloaded"
	ExportsRunning     Word = "exportsRunning" // max
	TooManyRows        Word = "tooManyRows"    // max
)

// Why is a reason with what its sentence names, and the sentence in English.
type Why struct {
	Word   Word
	Params map[string]string
	Text   string
}

// Of makes a Why. params are names and values in turn.
func Of(word Word, text string, params ...string) *Why {
	return &Why{Word: word, Text: text, Params: Params(params...)}
}

// Params makes a map of names and values that come in turn; nil of none.
func Params(pairs ...string) map[string]string {
	if len(pairs) == 0 {
		return nil
	}
	params := make(map[string]string, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		params[pairs[i]] = pairs[i+1]
	}
	return params
}
