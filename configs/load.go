package configs

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"
)

// value is what a file or the environment says of a setting.
type value struct {
	text  string // "" stands for the default
	where string // for the operator: the name, and the place in a file
}

// Load reads the file (which need not exist when it is the default one) and
// the environment over the defaults. The error tells all faults, one a line.
func Load(file string, required bool, getenv func(string) string) (Settings, error) {
	s := Default()
	text, err := os.ReadFile(file)
	if err != nil && (required || !errors.Is(err, os.ErrNotExist)) {
		return s, fmt.Errorf("the settings cannot be read: %w", err)
	}
	given, faults := parse(file, text)
	for _, f := range s.all() {
		if old := f.Tag.Get("was"); old != "" && getenv(old) != "" {
			faults = append(faults, fmt.Errorf("%s is called %s now: write that instead", old, f.Envs[0]))
		}
		v := given[f.Name]
		if text := getenv(f.Envs[0]); text != "" {
			v = value{text: text, where: f.Envs[0]}
		}
		if v.text == "" {
			continue
		}
		if err := set(f, v.text); err != nil {
			faults = append(faults, fault(f, v, err))
		}
	}
	if err := errors.Join(s.placeSounds(), s.readSecrets(getenv)); err != nil {
		faults = append(faults, err)
	}
	if len(faults) == 0 { // what is wrong by itself is not judged beside others
		faults = s.together()
	}
	return s, errors.Join(faults...)
}

// set puts a text into the field of a setting; the error says what to write
// instead.
func set(f *kong.Flag, text string) error {
	f.Target.SetZero()
	if text == "" {
		return nil
	}
	items := []string{text}
	if f.Target.Kind() == reflect.Slice {
		items = list(text)
		text = strings.Join(items, ",")
	}
	if name := f.Tag.Get("check"); name != "" {
		for _, item := range items {
			if err := checks[name](item); err != nil {
				return err
			}
		}
	}
	return f.Parse(kong.ScanFromTokens(kong.Token{Type: kong.FlagValueToken, Value: text}), f.Target)
}

// list splits a text at its commas.
func list(text string) []string {
	var items []string
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// secrets are passwords in URLs.
var secrets = regexp.MustCompile(`(://[^:@/?]*):[^@]*@|(password=)[^&]*`)

// Shown is what may be told of a setting's text that is refused.
func Shown(text string) string { return secrets.ReplaceAllString(text, "$1:…@$2") }

// readSecrets takes secrets out of their files.
func (s *Settings) readSecrets(getenv func(string) string) error {
	const libpq = "PGPASSWORD"
	if text := getenv(libpq); s.OnPostgres() && s.Storage.Password == "" && s.Storage.PasswordIn == "" && text != "" && checkSecret(text) != nil {
		return fmt.Errorf("%s: %w", libpq, checkSecret(text))
	}
	return errors.Join(
		secretIn(s.Storage.PasswordIn, &s.Storage.Password, "RINGDESK_DATABASE_PASSWORD", getenv),
		secretIn(s.S3.SecretIn, &s.S3.SecretKey, "RINGDESK_S3_SECRET_KEY", getenv),
		secretIn(s.Transcription.KeyIn, &s.Transcription.Key, "RINGDESK_TRANSCRIPTION_KEY", getenv))
}

// secretIn takes a secret out of a file, "" for none. Of a secret and a file the one
// that the environment names wins.
func secretIn(file string, secret *string, itself string, getenv func(string) string) error {
	inFile := itself + "_FILE"
	switch {
	case file == "":
		return nil
	case *secret == "":
	case getenv(inFile) != "" && getenv(itself) == "": // the file's wins
	case getenv(itself) != "" && getenv(inFile) == "":
		return nil
	default:
		return fmt.Errorf("%s and %s are both set: leave one out", itself, inFile)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", inFile, err)
	}
	*secret = strings.TrimRight(string(text), "\r\n")
	if err := checkSecret(*secret); err != nil {
		return fmt.Errorf("the secret in the file of %s: %w", inFile, err)
	}
	return nil
}

// placeSounds makes the folder of sounds absolute, as the engine's working
// folder is not ours.
func (s *Settings) placeSounds() error {
	dir, err := filepath.Abs(cmp.Or(s.Sounds.Folder, filepath.Join(s.Storage.Data, "sounds")))
	s.Sounds.Folder = dir
	s.Sounds.EngineFolder = cmp.Or(s.Sounds.EngineFolder, dir)
	s.Sounds.Music = cmp.Or(s.Sounds.Music, filepath.Join(s.Storage.Data, "music"))
	return err
}

// fault says what is wrong with a value; a secret is not repeated.
func fault(f *kong.Flag, v value, err error) error {
	if check := f.Tag.Get("check"); check == secretCheck || check == passwordCheck {
		return fmt.Errorf("%s: %w", v.where, err)
	}
	return fmt.Errorf("%s is %q: %w", v.where, Shown(v.text), err)
}
